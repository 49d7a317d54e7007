#!/usr/bin/env python3
"""Takes the first drawing, losses by step, out of a report and writes it as a picture of its own: make.py report.html picture.svg

The report is that of a job of the gallery: dotnet run -c Release --project examples/Gallery -- schedule --report schedule.html"""
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
colors = "".join(re.findall(r":root\{[^}]*\}", page)[:1])
dark = re.search(r"@media \(prefers-color-scheme:dark\)\{:root\{[^}]*\}\}", page).group(0)
rules = "".join(rule for rule in re.findall(r"^svg[^{\n]*\{[^}]*\}", page, re.M))
drawing = re.search(r"<svg (.*?)>(.*?)</svg>", page, re.S)
style = f"<style>{colors}{dark}{rules}svg{{background:var(--page);color:var(--ink);font-family:system-ui,sans-serif}}</style>"
with open(sys.argv[2], "w", encoding="utf-8") as picture:
    picture.write(f'<svg xmlns="http://www.w3.org/2000/svg" {drawing.group(1)}>{style}{drawing.group(2)}</svg>\n')
