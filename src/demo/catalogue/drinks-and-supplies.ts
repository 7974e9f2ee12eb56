/** Drinks and everything that is not eaten; see catalogue.ts for the columns. */
export const drinksAndSupplies = `
BEV-001|Pilsner|Beer|L|1.95|42|12|bar|L keg 30 #L-1001 +keg; L keg 50 #L-1002 +keg
BEV-002|House lager|Beer|L|2.05|118|7|bar|L keg 30 #L-1010 +keg
BEV-003|Wheat beer|Beer|L|2.15|26|12|bar|L keg 30 #L-1020 +keg
BEV-004|Alcohol-free beer|Beer|bottle|0.78|24|14|bar|L crate 24 #L-1110 +crate
BEV-005|Pale ale|Beer|bottle|1.42|16|15|bar|L crate 24 #L-1120 +crate
BEV-011|Mineral water|Water|bottle|0.62|96|8|bar|L crate 12 #L-2001 +crate =Mineral water, sparkling, 0.75 L, {}; L crate 20 #L-2002 +crate =Mineral water, sparkling, 0.25 L, {}
BEV-012|Still water|Water|bottle|0.60|58|9|bar|L crate 12 #L-2011 +crate =Mineral water, still, 0.75 L, {}
BEV-013|Cola|Soft drinks|bottle|0.58|64|10|bar|L crate 24 #L-2101 +crate =Cola, 0.33 L, {}; N carton 24 =Cola, cans, {}
BEV-014|Orange lemonade|Soft drinks|bottle|0.56|30|12|bar|L crate 24 #L-2104 +crate =Orange lemonade, 0.33 L, {}
BEV-015|Tonic water|Soft drinks|bottle|0.74|34|12|bar|L crate 24 #L-2110 +crate =Tonic water, 0.2 L, {}
BEV-016|Ginger beer|Soft drinks|bottle|0.82|18|14|bar|L crate 24 #L-2112 +crate =Ginger beer, 0.2 L, {}
BEV-017|Apple juice|Juices|L|1.45|10|14|bar|L crate 1x6 #L-2201 +crate =de:Apfelsaft, naturtrüb, {}
BEV-018|Orange juice|Juices|L|2.20|12|12|bar|L crate 1x6 #L-2202 +crate; N carton 1x12
BEV-019|Rhubarb spritzer|Juices|bottle|0.88|18|14|bar|L crate 24 #L-2210 +crate =de:Rhabarberschorle, 0.33 L, {}
BEV-020|Elderflower syrup|Syrups|bottle|6.20|0.8|24|bar|L carton 6 #L-2301 =de:Holunderblütensirup, 0.7 L, {}; N bottle 1 =Elderflower syrup, 0.7 L
BEV-021|House red|Wine|bottle|5.40|17|12|bar|V carton 6 *2 =House red "Cuvée Hafen", 0.75 L, {}; V carton 12 *2 =House red "Cuvée Hafen", 0.75 L, {}
BEV-022|House white|Wine|bottle|5.10|19|12|bar|V carton 6 *1 =House white, trocken, 0.75 L, {}; V carton 12 *1 =House white, trocken, 0.75 L, {}
BEV-023|Riesling|Wine|bottle|7.80|8|16|bar|V carton 6 *1 =Riesling "Alte Reben", 0.75 L, {}; V carton 12 *1 =Riesling "Alte Reben", 0.75 L, {}
BEV-024|Pinot noir|Wine|bottle|9.60|5|20|bar|V carton 6 *2 =Spätburgunder, trocken, 0.75 L, {}
BEV-025|Sauvignon blanc|Wine|bottle|8.20|6|18|bar|V carton 6 *1 =Sauvignon blanc, 0.75 L, {}
BEV-026|Rosé|Wine|bottle|6.70|7|16|bar|V carton 6 *1 =Rosé "Sommerdeck", 0.75 L, {}; V carton 12 *1 =Rosé "Sommerdeck", 0.75 L, {}
BEV-027|Sparkling wine|Wine|bottle|8.90|6|18|bar|V carton 6 =Winzersekt brut, 0.75 L, {}; L carton 6 #L-3050 =Prosecco frizzante, 0.75 L, {}
BEV-028|Grüner Veltliner|Wine|bottle|7.40|4|20|bar|V carton 6 *1 =Grüner Veltliner, 0.75 L, {}
BEV-040|Gin|Spirits|bottle|16.50|3.5|12|bar|L carton 6 #L-3001 =Harbour dry gin, 0.7 L, {}; L bottle 1 #L-3002 =Harbour dry gin, 0.7 L
BEV-041|Vodka|Spirits|bottle|13.20|1.8|16|bar|L carton 6 #L-3005 =Vodka, 0.7 L, {}
BEV-042|White rum|Spirits|bottle|14.10|1.4|16|bar|L bottle 1 #L-3007 =White rum, 0.7 L
BEV-043|Bourbon|Spirits|bottle|21.00|1.1|18|bar|L bottle 1 #L-3009 =Bourbon, 4 years, 0.7 L
BEV-044|Bitter aperitif|Spirits|bottle|12.60|2.6|12|bar|L carton 6 #L-3012 =Bitter aperitif, orange, 0.7 L, {}
BEV-045|Red vermouth|Spirits|bottle|9.40|0.8|24|bar|L bottle 1 #L-3014 =Red vermouth, 0.75 L
BEV-047|Aquavit|Spirits|bottle|15.60|0.5|28|bar|L bottle 1 #L-3018 =de:Kümmelbrand, 0.7 L
NON-001|Paper towels|Paper|pc|0.04|180|34|kitchen|C carton 3200 =Paper towels, Z-fold, {}; N carton 2400 =Paper towels, {}
NON-002|Napkins|Paper|pc|0.03|620|20|kitchen+bar 30%|C carton 2400 =Napkins 33 cm, 3-ply, {}; N carton 1200 =de:Servietten, weiß, {}
NON-003|Dishwasher detergent|Cleaning|kg|3.80|1.6|30|kitchen|C can 12.5; N can 10; C can 5 =Dishwasher detergent "Glanz", {}
NON-004|Rinse aid|Cleaning|L|4.60|0.5|36|kitchen|C can 10
NON-005|Gloves|Hygiene|pc|0.07|140|26|kitchen|C box 100 =Gloves, nitrile, M, {}; C box 200 =Gloves, nitrile, L, {}
NON-006|Bin liners|Cleaning|pc|0.14|26|32|kitchen|C roll 25 =Bin liners 120 L, {}; N carton 250 =Bin liners 120 L, {}
NON-007|Cling film|Wrapping|pc|9.80|0.22|40|kitchen|C roll 1 =Cling film 45 cm x 300 m; N carton 4 =Cling film 30 cm x 300 m, {}
NON-009|Baking paper|Wrapping|pc|0.05|60|34|kitchen|C box 500 =Baking paper, GN 1/1, {}; N roll 400 =de:Backpapier, {}
NON-010|Takeaway boxes|Packaging|pc|0.26|44|24|kitchen|C carton 300 =Takeaway boxes, bagasse, 750 ml, {}; N carton 240 =Takeaway boxes, kraft, {}; C carton 200 =Takeaway boxes, salad, 1,000 ml, {}
NON-011|Coffee cups|Packaging|pc|0.09|85|26|bar|C carton 1000 =Coffee cups, 200 ml, {}; C carton 500 =Coffee cups "to go", 300 ml, {}
NON-012|Paper straws|Packaging|pc|0.02|110|34|bar|C carton 3000 =Paper straws, black, {}
NON-014|Till rolls|Paper|pc|0.85|6|36|bar|C box 50 =Till rolls, thermal 80 mm, {}
NON-015|Tea lights|Decoration|pc|0.05|70|28|bar|C carton 1000 =Tea lights, 8 h, {}
`;

/** Articles nobody has mapped to an ingredient: vendor, unit, number of them, price of one, name. */
export const unmapped = `
N pc 1 6.90|Chef's apron, black, one size
N pack 12 1.15|Birthday candles, "Happy Birthday", 12 pc
N carton 4 8.40|Bread baskets, rattan, round, 4 pc
N pc 1 24.50|Seasonal décor box, "Erntedank"
E pack 1 3.40|Seaweed garnish, 500 g
L pc 1 14.90|Bar mat, rubber, 45 x 30 cm
L pack 100 0.04|Cocktail picks, bamboo, 100 pc
C pc 1 11.80|Floor squeegee, 60 cm
C pc 1 7.20|Spray bottle, 750 ml, "food safe"
V pc 1 4.50|Wine coolers, sleeve, black
`;
