/** Fruit, vegetables and herbs of the demo kitchens; see catalogue.ts for the columns. */
export const produce = `
PRO-001|Tomatoes|Vegetables|kg|2.40|17.5|2.5|kitchen|G box 6 #GM-012; N box 6 #000231 =Tomatoes, {} box; N carton 2.5x6 =Peeled tomatoes, {} tins; G box 3 =Vine tomatoes, {}
PRO-002|Cherry tomatoes|Vegetables|kg|4.20|3.2|3|kitchen|G box 3; N box 3
PRO-003|Potatoes|Vegetables|kg|0.80|42|5|kitchen|G sack 25; N sack 12.5 =Potatoes, waxy, {}; G bag 10 =Potatoes "Linda", {}
PRO-004|Sweet potatoes|Vegetables|kg|1.70|6|6|kitchen|G box 6
PRO-005|Onions|Vegetables|kg|0.95|14|7|kitchen|G sack 10 #GM-077; N sack 10
PRO-006|Red onions|Vegetables|kg|1.15|5|8|kitchen|G sack 5
PRO-007|Shallots|Vegetables|kg|2.90|1.6|9|kitchen|G bag 2; N bag 5 =Shallots, peeled, {}
PRO-008|Garlic, peeled|Vegetables|kg|6.40|1.1|7|kitchen|G tub 1; N tub 1
PRO-009|Carrots|Vegetables|kg|0.90|9|7|kitchen|G sack 10; G bag 5 =Carrots, washed, {}
PRO-010|Celeriac|Vegetables|kg|1.30|3|8|kitchen|G crate 5
PRO-011|Leeks|Vegetables|kg|1.60|3.2|5|kitchen|G box 5
PRO-012|Romaine|Salads|pc|1.60|31|2|kitchen|G case 12 #GM-118 =Romaine hearts, {}; N case 10
PRO-013|Rocket|Salads|kg|8.20|1.8|2.5|kitchen|G box 1; N bag 0.5; G bag 0.5 =Rocket, washed, {}
PRO-014|Baby spinach|Salads|kg|7.40|2.2|2.5|kitchen|G box 1.5; N bag 0.5
PRO-015|Mixed salad|Salads|kg|6.90|4.5|2.5|kitchen|G bag 1 =Salad mix "Harvest", washed, {}; N bag 1 =de:Blattsalat-Mischung, küchenfertig, {}
PRO-016|Cucumbers|Vegetables|pc|0.65|22|3|kitchen|G box 12; N box 12
PRO-017|Courgettes|Vegetables|kg|1.80|5|4|kitchen|G box 5
PRO-018|Aubergines|Vegetables|kg|2.20|4|5|kitchen|G box 5
PRO-019|Red peppers|Vegetables|kg|3.10|6|3.5|kitchen|G box 5; N box 5 =de:Paprika rot, Klasse I, {}
PRO-021|Broccoli|Vegetables|kg|2.30|4.5|3.5|kitchen|G box 6; N bag 2.5 =Broccoli florets, frozen, {}
PRO-022|Cauliflower|Vegetables|pc|1.70|8|4|kitchen|G box 8; N box 6
PRO-023|White cabbage|Vegetables|kg|0.60|6|9|kitchen|G sack 10
PRO-024|Red cabbage|Vegetables|kg|0.70|4|10|kitchen|G sack 10; N pouch 2.5 =de:Apfelrotkohl, gewürzt, {}
PRO-025|Pumpkin|Vegetables|kg|1.40|4|8|kitchen|G crate 10 =de:Kürbis "Hokkaido", {}
PRO-026|Mushrooms|Vegetables|kg|4.80|4.2|2.5|kitchen|G box 3; N box 2 =de:Champignons, weiß, {}
PRO-028|White asparagus|Vegetables|kg|9.50|7|2|kitchen|G crate 5; N box 5
PRO-029|Avocado|Fruit|pc|1.10|24|3|kitchen|G box 16; N tray 12 =Avocado Hass, ready to eat, {}; G tray 20
PRO-030|Corn on the cob|Vegetables|pc|0.75|10|5|kitchen|G box 24
PRO-031|Lemons|Fruit|kg|2.60|4.2|5|kitchen+bar 35%|G box 5 #GM-031; N net 2; N box 7 =Lemons, untreated, {}
PRO-032|Limes|Fruit|kg|3.90|1.8|6|bar|G box 4; N net 1
PRO-033|Oranges|Fruit|kg|1.90|5|5|bar|G box 10
PRO-034|Apples|Fruit|kg|1.70|4|8|kitchen|G box 6; G crate 12 =de:Äpfel "Elstar", Altes Land, {}
PRO-036|Strawberries|Fruit|kg|4.50|5|2|kitchen|G tray 0.5x10
PRO-037|Raspberries|Fruit|kg|12.50|1.2|4|kitchen|G tray 0.125x12; N bag 2.5 =-18 °C Raspberries, whole, {}
PRO-039|Basil|Herbs|kg|18.00|0.75|2|kitchen|G bunch 0.25 #GM-204; G pot 0.1 =Basil in the pot, {}
PRO-040|Flat parsley|Herbs|kg|9.50|0.9|2.5|kitchen|G bunch 0.25; N bag 0.5 =de:Petersilie, gehackt, tiefgekühlt, {}
PRO-041|Coriander|Herbs|kg|14.00|0.35|3|kitchen|G bunch 0.1
PRO-042|Mint|Herbs|kg|15.00|0.45|3|bar|G bunch 0.1
PRO-044|Rosemary|Herbs|kg|22.00|0.15|6|kitchen|G bunch 0.1
PRO-046|Ginger|Vegetables|kg|3.90|0.8|10|kitchen+bar 40%|G box 2; N bag 1
`;
