"""Makes the workbooks of this folder and of samples/ with openpyxl and XlsxWriter: python make.py. The tests need neither."""

import csv
import datetime
import io
import pathlib
import re
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.styles import Font
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

FILES = pathlib.Path(__file__).parent / "files"
SAMPLES = pathlib.Path(__file__).parents[2] / "samples"
HEADER = ["First Name", "Last Name", "Email", "Mobile", "DOB", "Company", "ABN", "Amount", "Instalments", "Notes"]
ABNS = [77100000001, 58100000002, 39100000003, 20100000004, 98100000005, 71100000006]


def row(n, **other):
    cells = {
        "First Name": f"First{n}",
        "Last Name": f"Last{n}",
        "Email": f"person{n}@example.com",
        "Mobile": f"049157010{n}",
        "DOB": f"196{n}-02-03",
        "Company": f"Company {n}",
        "ABN": ABNS[n - 1],
        "Amount": 10000 + n,
        "Instalments": 52,
        "Notes": None,
    }
    cells.update({name.replace("_", " "): value for name, value in other.items()})
    return [cells[name] for name in HEADER]


def saved(name, book):
    book.save(FILES / f"{name}.xlsx")


def plain(rows=(), header=HEADER, title="Leads"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    if header:
        sheet.append(header)
    for cells in rows:
        sheet.append(cells)
    return book, sheet


def simple(name, rows, **options):
    book, sheet = plain(rows, **options)
    saved(name, book)
    return sheet


def formatted(name, column, number_format, value, **options):
    book, sheet = plain([row(1, **{column.replace(" ", "_"): value})])
    cell = sheet.cell(row=2, column=HEADER.index(column) + 1)
    cell.number_format = number_format
    for key, each in options.items():
        setattr(book, key, each)
    saved(name, book)


def patched(name, made, changes):
    """A workbook with parts replaced, as another program would write them."""
    source = zipfile.ZipFile(FILES / f"{made}.xlsx")
    with zipfile.ZipFile(FILES / f"{name}.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            content = source.read(entry)
            for part, change in changes.items():
                if re.fullmatch(part, entry):
                    content = change(content.decode()).encode()
            target.writestr(renamed(changes, entry), content)


def renamed(changes, entry):
    rename = changes.get("rename")
    return rename(entry) if rename else entry


def xlsx(name, fill, **options):
    book = xlsxwriter.Workbook(FILES / f"{name}.xlsx", options)
    fill(book)
    book.close()


FILES.mkdir(exist_ok=True)
for old in FILES.glob("*.xls*"):
    old.unlink()

# Plain tables, by two programs.
simple("openpyxl", [row(1), row(2), row(3, Email="wrong")])


def by_xlsxwriter(book):
    sheet = book.add_worksheet("Leads")
    for line, cells in enumerate([HEADER, row(1), row(2)]):
        sheet.write_row(line, 0, cells)


xlsx("xlsxwriter", by_xlsxwriter)
xlsx("xlsxwriter-constant-memory", by_xlsxwriter, constant_memory=True)
simple("header-only", [])
simple("title-above", [["Leads of November"], [], HEADER, row(1)], header=None)
book, sheet = plain()
sheet.delete_rows(1)
for line, cells in ((5, HEADER), (9, row(1)), (12, row(2))):
    for at, cell in enumerate(cells):
        sheet.cell(row=line, column=at + 1, value=cell)
saved("gaps", book)
book, sheet = plain()
sheet.delete_rows(1)
for line, cells in enumerate([HEADER, row(1)]):
    for at, cell in enumerate(cells):
        sheet.cell(row=line + 3, column=at + 4, value=cell)
saved("not-in-the-corner", book)

# Values and their formats.
formatted("date-cell", "DOB", "dd/mm/yyyy", datetime.date(1985, 3, 27))
formatted("date-american", "DOB", "m/d/yy", datetime.date(1985, 3, 27))
formatted("date-long", "DOB", "[$-C09]dddd, d mmmm yyyy;@", datetime.date(1985, 3, 27))
formatted("date-with-midnight", "DOB", "yyyy-mm-dd hh:mm:ss", datetime.datetime(1985, 3, 27))
formatted("date-with-time", "DOB", "dd/mm/yyyy hh:mm", datetime.datetime(1985, 3, 27, 14, 30))
formatted("date-without-format", "DOB", "General", 31133)
formatted("date-1904", "DOB", "dd/mm/yyyy", datetime.date(1985, 3, 27), epoch=openpyxl.utils.datetime.CALENDAR_MAC_1904)
formatted("date-serial-60", "DOB", "dd/mm/yyyy", 60)
formatted("phone-number", "Mobile", "General", 491570156)
formatted("phone-mask", "Mobile", "0000 000 000", 491570156)
formatted("phone-literal-zero", "Mobile", '"0"### ### ###', 491570156)
formatted("phone-text", "Mobile", "@", "0491570156")
formatted("abn-mask", "ABN", "00 000 000 000", 51824753556)
formatted("abn-formula-text", "ABN", "@", "51 824 753 556")
formatted("abn-lost-digits", "ABN", "General", 5.1824753556e17)
formatted("amount-money", "Amount", '"$"#,##0.00', 15000.5)
formatted("amount-accounting", "Amount", '_-"$"* #,##0.00_-;-"$"* #,##0.00_-;_-"$"* "-"??_-;_-@_-', 15000)
formatted("amount-float", "Amount", "General", 0.1 + 0.2 + 15000)
formatted("amount-percent", "Amount", "0%", 0.125)
formatted("boolean-name", "Notes", "General", True)
simple("error-value", [row(1, Company="#REF!"), row(2)])

# Texts.
book, sheet = plain([row(1)])
sheet["J2"] = CellRichText("Call ", TextBlock(InlineFont(b=True), "after 4"), " pm")
saved("rich-text", book)


def with_line_breaks(book):
    sheet = book.add_worksheet("Leads")
    for line, cells in enumerate([HEADER, row(1, Notes='two\nlines, and a ; and "quotes"')]):
        sheet.write_row(line, 0, cells)


xlsx("line-breaks", with_line_breaks)
simple("accents", [row(1, **{"First_Name": "José"}), row(2, **{"First_Name": "Zoë"}), row(3, **{"Last_Name": "O’Brien"})])
simple("leading-apostrophe", [row(1, Notes="=not a formula")])

# Formulas: openpyxl keeps no values of them, XlsxWriter those that it is given.
simple("formula-without-value", [row(1, Amount="=10000+1"), row(2)])
simple("formula-without-value-not-sent", [row(1) + ["=A2"]], header=HEADER + ["Colour"])


def with_formula(book):
    sheet = book.add_worksheet("Leads")
    for line, cells in enumerate([HEADER, row(1)]):
        sheet.write_row(line, 0, cells)
    sheet.write_formula(1, 5, '="Company "&1', None, "Company 1")
    sheet.write_formula(1, 7, "=5000*3", None, 15000)


xlsx("formula-with-value", with_formula)

# Sheets.
book, sheet = plain([row(1)])
book.create_sheet("Lists").append(["NSW", "VIC"])
book.create_sheet("Empty")
saved("other-sheets", book)
book, sheet = plain([["made by", "somebody"]], header=None, title="Read me")
second = book.create_sheet("Leads 2026")
for cells in [HEADER, row(1)]:
    second.append(cells)
saved("leads-on-second-sheet", book)
book, sheet = plain([row(1)], title="Sydney")
second = book.create_sheet("Perth")
for cells in [HEADER, row(2)]:
    second.append(cells)
saved("several-sheets", book)
second.sheet_state = "hidden"
saved("hidden-sheet", book)
simple("no-leads", [["a", "b", "c"], [1, 2, 3]], header=None)
openpyxl.Workbook().save(FILES / "empty.xlsx")
book, sheet = plain([row(1)])
book.create_chartsheet("Chart", 0)
saved("chart-first", book)

# Rows and columns that are hidden, filtered, merged, in a table of the workbook.
book, sheet = plain([row(1), row(2), row(3, Email="wrong")])
sheet.row_dimensions[3].hidden = True
sheet.row_dimensions[4].hidden = True
saved("hidden-rows", book)
book, sheet = plain([row(1), row(2)])
sheet.auto_filter.ref = "A1:J3"
sheet.auto_filter.add_filter_column(0, ["First1"])
sheet.row_dimensions[3].hidden = True
saved("filtered", book)
book, sheet = plain([row(1)])
sheet.column_dimensions["C"].hidden = True
saved("hidden-column", book)
book, sheet = plain([row(1), row(2), row(3)])
sheet.merge_cells("F2:F4")
saved("merged-company", book)
book, sheet = plain([["Client", None, None, None, None, "Business"], HEADER, row(1)], header=None)
sheet.merge_cells("A1:E1")
saved("merged-groups", book)


def with_table(book):
    sheet = book.add_worksheet("Leads")
    columns = [{"header": name} for name in HEADER]
    columns[7]["total_function"] = "sum"
    columns[0]["total_string"] = "Total"
    sheet.add_table(0, 0, 3, len(HEADER) - 1, {"data": [row(1), row(2)], "columns": columns, "total_row": True})
    sheet.write_row(5, 0, ["Prepared by", "the Sydney office"])


xlsx("table-with-totals", with_table)
book, sheet = plain([row(1), row(2)])
sheet.add_table(Table(displayName="Leads", ref="A1:J2"))
saved("row-below-table", book)

# What stands beside cells.
book, sheet = plain([row(1)])
sheet["C2"].comment = Comment("ring first", "somebody")
sheet["A2"].font = Font(strike=True)
sheet["C2"].hyperlink = "mailto:person1@example.com"
choice = DataValidation(type="list", formula1='"52,26"')
sheet.add_data_validation(choice)
choice.add("I2")
sheet.freeze_panes = "A2"
saved("decorated", book)
book, sheet = plain([row(1), row(2)])
sheet["L2"] = "a remark beside the table"
saved("remark-beside", book)
book, sheet = plain([row(1)])
for line in range(2, 3000):
    sheet.cell(row=line, column=1).font = Font(bold=True)
saved("formatted-empty-rows", book)
book, sheet = plain([row(1)], header=HEADER + ["Email"])
sheet["K2"] = "second@example.com"
saved("two-emails", book)

# As other programs write the same.


def prefixed(xml):
    xml = re.sub(r"<(/?)(?!\?)([A-Za-z])", r"<\1x:\2", xml)
    return xml.replace("xmlns=", "xmlns:x=", 1)


patched("prefixes", "xlsxwriter", {r"xl/(worksheets/sheet1|workbook|sharedStrings|styles)\.xml": prefixed})
strict = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def as_strict(xml):
    for transitional, other in strict.items():
        xml = xml.replace(transitional, other)
    return xml


patched("strict", "xlsxwriter", {r".*\.(xml|rels)": as_strict})
patched(
    "without-places",
    "openpyxl",
    {r"xl/worksheets/sheet1\.xml": lambda xml: re.sub(r'(<(?:row|c)) r="[A-Z]*\d+"', r"\1", xml)},
)
patched("backslashes", "openpyxl", {"rename": lambda entry: entry.replace("/", "\\")})
patched("capitals", "openpyxl", {"rename": lambda entry: entry if entry.startswith("[") else entry.replace("xl/", "XL/").replace("sheet", "Sheet")})
patched(
    "carriage-returns",
    "line-breaks",
    {r"xl/sharedStrings\.xml": lambda xml: xml.replace("two\nlines", "two_x000D_\nlines").replace("First1", "First_x005F_x0031_")},
)
patched(
    "phonetic",
    "xlsxwriter",
    {r"xl/sharedStrings\.xml": lambda xml: xml.replace("<t>Company 1</t>", '<t>Company 1</t><rPh sb="0" eb="1"><t>spoken</t></rPh>')},
)
patched(
    "doctype",
    "xlsxwriter",
    {r"xl/sharedStrings\.xml": lambda xml: '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa">]>' + re.sub(r"^<\?xml.*?\?>", "", xml)},
)
patched("cut-off-sheet", "openpyxl", {r"xl/worksheets/sheet1\.xml": lambda xml: xml[: len(xml) // 2]})
whole = (FILES / "openpyxl.xlsx").read_bytes()
(FILES / "cut-off.xlsx").write_bytes(whole[: len(whole) // 2])
stored = io.BytesIO()
with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as target:
    source = zipfile.ZipFile(FILES / "openpyxl.xlsx")
    for entry in source.namelist():
        target.writestr(entry, source.read(entry))
(FILES / "flipped-byte.xlsx").write_bytes(stored.getvalue().replace(b"<v>10001</v>", b"<v>90001</v>", 1))
(FILES / "macros.xlsm").write_bytes(whole)
(FILES / "named-old.xls").write_bytes(whole)


# The samples: the tidy leads with the cells that Excel has, and one kind of trouble of workbooks a row.
def typed(name, text):
    if name == "DOB" and text:
        day, month, year = (int(part) for part in text.split("/"))
        return datetime.date(year, month, day), "dd/mm/yyyy"
    if name == "Mobile" and re.fullmatch(r"0[\d ]+", text):
        return int(text.replace(" ", "")), "0000 000 000"
    if name == "ABN" and re.fullmatch(r"\d{11}", text.replace(" ", "")):
        return int(text.replace(" ", "")), "00 000 000 000"
    return text, None


def sample(name, source):
    with open(SAMPLES / f"{source}.csv", encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Leads"
    sheet.append(rows[0])
    for cells in rows[1:]:
        sheet.append([])
        line = sheet.max_row + 1
        for at, text in enumerate(cells):
            value, number_format = typed(rows[0][at], text)
            cell = sheet.cell(row=line, column=at + 1, value=value or None)
            if number_format:
                cell.number_format = number_format
    sheet.freeze_panes = "A2"
    book.save(SAMPLES / f"{name}.xlsx")


sample("leads", "leads")
book, sheet = plain(
    [
        row(1, Mobile=491570101),
        row(2, DOB=22679),
        row(3, ABN=5.1824753556e17),
        row(4, Amount="=10000*2"),
        row(5, Company="#REF!"),
        row(6),
    ]
)
sheet.append(row(1, **{"First_Name": "Zoë", "Company": None}))
sheet.merge_cells("F7:F8")
sheet.row_dimensions[6].hidden = True
sheet.append(["Total", None, None, None, None, None, None, 60021])
book.create_sheet("Lists").append(["NSW", "VIC"])
book.save(SAMPLES / "troubled.xlsx")
