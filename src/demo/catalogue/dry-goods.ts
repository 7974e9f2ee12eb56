/** Dry, tinned and frozen goods of the demo kitchens; see catalogue.ts for the columns. */
export const dryGoods = `
DRY-001|Flour 550|Baking|kg|0.75|12|14|kitchen|N sack 25 #001642 =Flour type 550, {}; N bag 1x10
DRY-002|Flour 00|Baking|kg|1.10|5|16|kitchen|N sack 12.5
DRY-004|Bread crumbs|Baking|kg|1.85|2.2|16|kitchen|N bag 10; M bag 5 #B95 =de:Semmelbrösel, {}
DRY-006|Polenta|Baking|kg|1.60|1.2|20|kitchen|N bag 5
DRY-007|Couscous|Grains|kg|2.10|1.3|20|kitchen|N bag 5
DRY-008|Pasta penne|Pasta|kg|1.90|13.6|9|kitchen|N bag 5 #001180; N carton 1x12 =Penne rigate, {}
DRY-009|Spaghetti|Pasta|kg|1.95|6.5|11|kitchen|N bag 5
DRY-010|Tagliatelle|Pasta|kg|3.20|3|13|kitchen|N box 3 =Tagliatelle with egg, {}
DRY-011|Rice, long grain|Grains|kg|1.60|7.5|12|kitchen|N bag 10 #003310 =Rice long grain, {}
DRY-012|Risotto rice|Grains|kg|3.40|2.4|16|kitchen|N bag 5
DRY-013|Basmati rice|Grains|kg|2.60|3|16|kitchen|N bag 5
DRY-014|Lentils|Pulses|kg|2.80|1.4|20|kitchen|N bag 5 =Beluga lentils, {}
DRY-015|Chickpeas|Pulses|kg|1.90|2.4|16|kitchen|N tin 2.5
DRY-016|White beans|Pulses|kg|1.80|1.1|20|kitchen|N tin 2.5
DRY-017|Sugar|Baking|kg|1.05|5.5|14|kitchen+bar 25%|N bag 10; N carton 1x10
DRY-018|Brown sugar|Baking|kg|2.20|0.9|24|bar|N carton 1x5
DRY-020|Salt|Spices|kg|0.45|2.6|24|kitchen|N bag 10
DRY-022|Black pepper|Spices|kg|15.50|0.35|24|kitchen|N tin 1 =Pepper black, whole, {}
DRY-023|Sweet paprika|Spices|kg|9.80|0.25|30|kitchen|N tin 1 =de:Paprika edelsüß, {}
DRY-024|Cumin|Spices|kg|11.20|0.1|40|kitchen|N tin 0.5
DRY-028|Cocktail nuts|Snacks|kg|8.90|1.6|12|bar|N tin 1.5 =Nut mix "After Work", salted, {}
DRY-029|Olives, green|Preserves|kg|6.70|1.9|13|kitchen+bar 40%|N bucket 3; N jar 1 =Olives stuffed with peppers, {}
DRY-030|Tortilla chips|Snacks|kg|4.40|1.8|12|bar|N carton 0.5x12; N bag 1 =Tortilla chips, "Fiesta", {}
DRY-031|Olive oil|Oils|L|8.90|5.2|10|kitchen|N can 5 #004417 =Olive oil extra virgin, {}; N carton 1x6 =de:Olivenöl nativ extra, {}
DRY-032|Sunflower oil|Oils|L|2.10|7|10|kitchen|N can 10 #007702
DRY-033|Frying oil|Oils|L|1.90|11|8|kitchen|N can 10 =Frying oil, high oleic, {}; N can 20
DRY-034|Sesame oil|Oils|L|9.60|0.25|30|kitchen|N bottle 1
DRY-036|Balsamic vinegar|Sauces|L|4.80|1.2|18|kitchen|N can 5; N bottle 0.5 =Aceto balsamico, 6 years, {}
DRY-037|White wine vinegar|Sauces|L|1.60|1.5|18|kitchen|N can 5
DRY-038|Mustard|Sauces|kg|3.20|1.5|16|kitchen|N bucket 5 =Mustard, medium hot, {}; N jar 1 =de:Senf, grobkörnig, {}
DRY-039|Mayonnaise|Sauces|kg|3.60|4.6|10|kitchen|N bucket 10
DRY-040|Ketchup|Sauces|kg|2.40|5.2|10|kitchen|N bucket 10; N carton 0.5x12 =Tomato ketchup, table bottles, {}
DRY-041|Soy sauce|Sauces|L|4.90|0.9|20|kitchen|N can 5; N bottle 1.8 =醤油 濃口 本醸造, {}
DRY-042|Tahini|Sauces|kg|7.90|0.6|20|kitchen|N bucket 3; N jar 0.9 =طحينة ممتازة، {}
DRY-043|Capers|Preserves|kg|9.20|0.3|28|kitchen|N jar 1
DRY-045|Gherkins|Preserves|kg|2.70|2.2|14|kitchen|N tin 5 =de:Gewürzgurken, {}
DRY-046|Honey|Baking|kg|8.40|0.8|20|kitchen+bar 30%|N bucket 2.5
DRY-047|Dark chocolate|Baking|kg|11.80|1.4|15|kitchen|N bag 2.5 =Dark couverture 60 %, {}
DRY-049|Almonds|Nuts|kg|10.40|0.7|20|kitchen|N bag 1 =Almonds, flaked, {}
DRY-050|Espresso beans|Coffee and tea|kg|17.90|4.1|18|bar|K bag 1 #KA-110 =Espresso "Anker Nr. 1", {}; K carton 1x6 #KA-116 =Espresso "Anker Nr. 1", {}; K bag 1 #KA-120 =Espresso "Nachtschicht", dark roast, {}
DRY-051|Filter coffee|Coffee and tea|kg|14.60|1.6|24|bar|K bag 1 #KA-130 =de:Filterkaffee, gemahlen, {}
DRY-053|Black tea|Coffee and tea|pc|0.11|42|30|bar|K box 100 #KA-210 =Black tea, pyramid bags, {}; N box 100 =Assam tea, bags, {}
DRY-054|Herbal tea|Coffee and tea|pc|0.12|36|30|bar|K box 100 #KA-220 =de:Kräutertee "Küstenbrise", {}
DRY-056|Veal stock|Stocks|kg|8.60|2.4|12|kitchen|N bucket 3 =Demi-glace, {}
DRY-057|Vegetable stock|Stocks|kg|6.20|0.6|22|kitchen|N tub 1
DRY-058|Coconut milk|Preserves|L|2.90|2|14|kitchen|N carton 0.4x12
DRY-059|Jalapeños|Preserves|kg|4.30|0.9|18|kitchen|N tin 3 =Jalapeños, sliced, {}
DRY-060|Tinned tomatoes|Preserves|tin|4.10|5|11|kitchen|N case 6 =Tomatoes, chopped, 2.5 kg tin x 6; N tin 1 =San Marzano tomatoes, 2.5 kg tin
DRY-061|Tomato paste|Preserves|kg|3.10|1.3|16|kitchen|N tin 4.5
DRY-062|Chips, frozen|Frozen|kg|1.55|28|6|cold|N carton 2.5x4 =Pommes frites 10 mm, {}; N carton 2.5x5 =Steakhouse chips, {}
DRY-063|Peas, frozen|Frozen|kg|1.70|3|14|cold|N bag 2.5
DRY-064|Leaf spinach, frozen|Frozen|kg|1.80|2.4|15|cold|N bag 2.5
DRY-065|Puff pastry|Frozen|kg|3.10|1.6|16|cold|N carton 10; M pack 2.5 #B97 =de:Blätterteig mit Butter, {}
DRY-066|Spätzle|Pasta|kg|3.90|2.6|10|cold|N bag 2.5 =de:Käsespätzle "Hausmacher", {}
DRY-068|Fried onions|Preserves|kg|4.80|0.7|20|kitchen|N bag 1 =de:Röstzwiebeln, {}
`;
