// Workbooks opened and saved again by ExcelJS: node exceljs.cjs FOLDER FILE...
const path = require("path");
const Excel = require("exceljs");

async function main([folder, ...files]) {
  for (const file of files) {
    const book = new Excel.Workbook();
    await book.xlsx.readFile(file);
    await book.xlsx.writeFile(path.join(folder, path.basename(file)));
  }
}

main(process.argv.slice(2)).catch((trouble) => {
  console.error(trouble.stack);
  process.exit(1);
});
