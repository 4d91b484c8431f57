// Workbooks opened and saved again by SheetJS: node sheetjs.cjs FOLDER FILE...
const path = require("path");
const sheets = require("xlsx");

const [folder, ...files] = process.argv.slice(2);
for (const file of files) {
  const book = sheets.readFile(file, { cellStyles: true, cellFormula: true, cellDates: true });
  sheets.writeFile(book, path.join(folder, path.basename(file)), { bookType: "xlsx", cellStyles: true, cellDates: true });
}
