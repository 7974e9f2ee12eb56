/** Meat, fish, dairy and bread of the demo kitchens; see catalogue.ts for the columns. */
export const fresh = `
MEA-001|Whole chicken|Poultry|kg|4.60|9|4|cold|W kg ~ #W-3001 =Whole chicken, grade A; N carton 10 =Whole chicken, frozen, {}
MEA-002|Chicken legs|Poultry|kg|3.90|8|5|cold|W kg ~ #W-3008; N carton 5 =Chicken legs, frozen, {}
MEA-003|Chicken breast|Poultry|kg|8.20|24.6|3|cold|W kg ~ #W-3015; N carton 5 =de:Hähnchenbrustfilet, tiefgekühlt, {}
MEA-005|Pork neck|Pork|kg|6.80|12.3|3.5|cold|W kg ~ #W-2010 =Pork neck, boneless; W pack 5 #W-2011 =Pork neck steaks, cut, {}
MEA-006|Pork loin|Pork|kg|7.60|5.5|6|cold|W kg ~ #W-2014
MEA-007|Minced beef|Beef|kg|9.40|14.1|3|cold|W kg ~ #W-1120; N pack 2.5 =Minced beef, frozen, {}; W pack 2.5 #W-1124 =Burger patties 180 g, {}
MEA-008|Beef brisket|Beef|kg|11.20|5|7|cold|W kg ~ #W-1133
MEA-010|Lamb shoulder|Lamb|kg|14.60|2.2|9|cold|W kg ~ #W-4003
MEA-012|Bacon|Pork|kg|9.90|3.4|9|cold|W kg ~ #W-2071 =Bacon, sliced; N pack 1 =de:Frühstücksspeck, geräuchert, {}
MEA-013|Veal escalope|Veal|kg|24.50|3.2|4|cold|W kg ~ #W-1302
MEA-014|Beef ribeye|Beef|kg|31.90|11.8|4|cold|W kg ~ #W-2207 =Ribeye, dry aged; W kg ~ #W-2205 =de:Ribeye, 21 days "Rinderwerk"
MEA-015|Beef fillet|Beef|kg|44.00|3.1|5|cold|W kg ~ #W-2211
MEA-016|Grill sausages|Pork|kg|8.30|5.2|8|cold|W pack 2.5 #W-5002; N pack 1 =de:Nürnberger style sausages, {}; W pack 5 #W-5006 =de:Bratwurst, grob, {}
FIS-001|Salmon fillet|Fresh fish|kg|17.80|9.7|2.5|cold|E kg ~ #0881; N carton 5 =Salmon fillet, frozen, portions 160 g, {}; E kg ~ #0884 =Salmon, whole side
FIS-002|Smoked salmon|Smoked fish|kg|27.50|1.5|8|cold|E pack 1 #0890 =de:Räucherlachs, geschnitten, {}
FIS-004|Cod loin|Fresh fish|kg|14.90|5.8|2.5|cold|E kg ~ #0871; N carton 5 =Cod loin, frozen, {}; E kg ~ #0873 =Cod, skin on
FIS-005|Plaice|Fresh fish|kg|12.20|3.6|3|cold|E kg ~ #0876 =de:Plaice fillet "Finkenwerder cut"
FIS-006|Pike-perch fillet|Fresh fish|kg|21.40|2.4|3.5|cold|E kg ~ #0879 =Pike-perch fillet, skin on
FIS-007|Mussels|Shellfish|kg|4.90|4|4|cold|E net 2 #0931; E bag 1 #0937 =Mussel meat, cooked, {}
FIS-008|Squid|Shellfish|kg|10.80|2.2|10|cold|N pack 1 =de:Calamari, Größe U5, {}; E kg ~ #0925
FIS-009|Prawns 16/20|Shellfish|kg|19.50|6.4|4|cold|E kg ~ #0914; N bag 1 =Prawns 16/20, easy peel, {}
FIS-010|Matjes herring|Smoked fish|kg|13.20|1.3|8|cold|E tub 2 #0946
DAI-001|Milk 3.5 %|Milk|L|1.05|38|4|kitchen+bar 55%|D crate 1x12 #70001 =Milk 3.5 %, {}; N carton 1x12 =Milk 3.5 %, UHT, {}
DAI-002|Oat drink|Milk|L|1.45|7|10|bar|D carton 1x6 #70005 =Oat drink "Barista", {}; N carton 1x6; N carton 1x12 =de:Haferdrink, {}
DAI-004|Butter|Butter|kg|7.80|9.3|6|cold|D box 10 #70031; N carton 0.25x20; D carton 0.25x40 #70034
DAI-005|Crème fraîche|Cream|kg|4.90|1.8|9|cold|D tub 5 #70022 =Crème fraîche 30 %, {}; N tub 1
DAI-006|Cream|Cream|L|3.60|10.4|4|cold|D can 5 #70012 =Cream 32 %, {}; N carton 1x12 =Cream 30 %, UHT, {}; D carton 1x6 #70014 =Cream 36 %, {}
DAI-007|Sour cream|Cream|kg|3.10|3.5|7|cold|D bucket 5 #70024
DAI-008|Mozzarella|Cheese|kg|6.90|6.2|5|cold|D bucket 3 #70101; N bag 2.5 =Mozzarella, grated, {}; D tub 1.5 #70104 =Mini mozzarella, {}
DAI-009|Burrata|Cheese|pc|2.70|9|4|cold|D tray 12 #70106
DAI-010|Gouda, sliced|Cheese|kg|7.40|3|9|cold|D pack 1 #70115
DAI-011|Parmesan|Cheese|kg|17.50|2.9|9|cold|D pc 1 #70110; N bag 1 =Parmesan, grated, {}; D wheel 4.5 #70113 =Parmesan, quarter wheel, 24 months
DAI-012|Feta|Cheese|kg|9.20|2.6|9|cold|D tub 2 #70119; N tin 4
DAI-013|Gruyère|Cheese|kg|19.80|1.1|14|cold|D kg ~ #70122 =Gruyère, 12 months
DAI-014|Goat cheese|Cheese|kg|14.30|1.3|9|cold|D pack 1 #70126
DAI-016|Mascarpone|Cheese|kg|6.80|1.5|9|cold|D tub 2 #70131; N tub 0.5
DAI-017|Quark|Milk|kg|2.60|3|8|cold|D bucket 5 #70140 =de:Speisequark, Magerstufe, {}
DAI-018|Greek yoghurt|Milk|kg|3.40|4.5|6|cold|D bucket 5 #70144; N bucket 5; D tub 1 #70146 =Yoghurt, Greek style 10 %, {}
DAI-019|Cheddar, sliced|Cheese|kg|8.60|3.8|8|cold|D pack 1 #70116; N pack 1 =Cheddar, burger slices, {}
DAI-020|Eggs|Eggs|pc|0.24|186|5|cold|D carton 180 #70201 =Eggs, free range M, {}; N tray 30; D tray 30 #70203 =Eggs, organic M, {}
DAI-022|Vanilla ice cream|Ice cream|L|3.90|5|12|cold|N tub 5; D tub 5 #70250 =Vanilla ice cream, Bourbon, {}
BAK-001|Sourdough|Bread|pc|3.20|13|1.5|kitchen|M pc 1 #B12 =Sourdough loaf; M pc 1 #B14 =Sourdough loaf, sliced
BAK-002|Burger buns|Rolls|pc|0.42|120|2|kitchen|M tray 48 #B40; N carton 60 =Burger buns, frozen, sesame, {}
BAK-003|Baguette|Bread|pc|1.30|26|1.5|kitchen|M bag 10 #B15 =Baguette "Tradition", {}; N carton 25 =Baguette, par-baked, {}
BAK-004|Ciabatta|Bread|pc|1.60|14|2.5|kitchen|M bag 6 #B17; N carton 20 =Ciabatta, par-baked, {}
BAK-005|Brioche buns|Rolls|pc|0.78|36|2.5|kitchen|M tray 24 #B42; N carton 48 =Brioche buns, frozen, {}
BAK-006|Butter croissants|Viennoiserie|pc|0.88|34|2|kitchen+bar 40%|M tray 20 #B60; N carton 50 =Butter croissants, frozen, {}
BAK-007|Breakfast rolls|Rolls|pc|0.36|60|2|kitchen|M bag 30 #B30; N carton 60 =de:Brötchen, gemischt, {}
BAK-008|Pretzels|Rolls|pc|0.64|22|3|kitchen+bar 30%|M tray 20 #B33; N carton 40 =de:Laugenbrezeln, frozen, {}; M tray 40 #B35 =de:Laugenstangen, {}
BAK-009|Rye bread|Bread|pc|3.60|6|3|kitchen|M pc 1 #B21 =Rye bread, 1 kg loaf
BAK-010|Cheesecake|Cakes|pc|21.00|1.4|5|kitchen|M pc 1 #B80 =de:Käsekuchen, 12 portions; N carton 2 =Cheesecake, frozen, {}
BAK-011|Pizza bases|Bread|pc|0.95|18|9|kitchen|N carton 20 =Pizza base 12", {}
`;
