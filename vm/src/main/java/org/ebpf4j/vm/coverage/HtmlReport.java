package org.ebpf4j.vm.coverage;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;

/// Coverage as one page that needs nothing else.
final class HtmlReport {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Coverage of eBPF programs</title>
      <style>
      body { font: 14px system-ui, sans-serif; margin: 2em; color: #222; background: #fff; }
      table { border-collapse: collapse; margin: 0 0 2em; }
      th, td { padding: 2px 12px; text-align: left; border-bottom: 1px solid #e4e4e4; }
      td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
      .bar { display: inline-block; width: 100px; height: 10px; background: #e0574f; vertical-align: middle; }
      .bar i { display: block; height: 10px; background: #4c9f50; }
      pre { margin: 0; font: 13px ui-monospace, monospace; }
      .src td { padding: 0 10px; border: 0; white-space: pre; font: 13px ui-monospace, monospace; tab-size: 8; }
      .src td.n { color: #777; }
      .missed { background: #ffd7d4; } .partly { background: #fff3b8; } .covered { background: #d6f3d4; }
      .gap td { color: #aaa; }
      @media (prefers-color-scheme: dark) {
        body { background: #1c1c1c; color: #ddd; } th, td { border-color: #3a3a3a; } a { color: #8ab4f8; }
        .missed { background: #5c2320; } .partly { background: #57490f; } .covered { background: #1f4a22; }
      }
      </style></head><body>
      <h1>Coverage of eBPF programs</h1>
      """;

  private final Coverage coverage;
  private final SourceFiles sources;
  private final StringBuilder out = new StringBuilder(HEAD);

  HtmlReport(Coverage coverage, SourceFiles sources) {
    this.coverage = coverage;
    this.sources = sources;
  }

  String write() {
    var files = coverage.files();
    head("", "");
    row("all", "", coverage.lineRatio(), coverage.branchRatio(), coverage.instructionRatio());
    out.append("</table>\n");
    head("program", "runs");
    for (var p : coverage.programs()) {
      row(
          text(p.object() + " " + p.name()),
          Long.toString(p.runs()),
          p.lineRatio(),
          p.branchRatio(),
          p.instructionRatio());
    }
    out.append("</table>\n");
    head("function", "calls");
    for (var f : coverage.functions()) {
      row(
          link(files, f),
          Long.toString(f.calls()),
          f.lineRatio(),
          f.branchRatio(),
          f.instructionRatio());
    }
    out.append("</table>\n");
    head("file", "");
    for (int i = 0; i < files.size(); i++) {
      var file = files.get(i);
      row(
          "<a href=\"#f" + i + "\">" + text(file.path()) + "</a>",
          "",
          file.lineRatio(),
          file.branchRatio(),
          file.instructionRatio());
    }
    out.append("</table>\n");
    for (int i = 0; i < files.size(); i++) {
      source(i, files.get(i));
    }
    return out.append("</body></html>\n").toString();
  }

  private static String link(List<FileCoverage> files, FunctionCoverage function) {
    var name = text(function.object() + " " + function.name());
    for (int i = 0; i < files.size(); i++) {
      if (files.get(i).functions().contains(function)) {
        return "<a href=\"#f" + i + "-" + function.line() + "\">" + name + "</a>";
      }
    }
    return name;
  }

  private void head(String what, String count) {
    out.append("<table><tr><th>").append(what).append("</th><th class=\"n\">").append(count);
    out.append("</th><th>lines</th><th>branches</th><th>instructions</th></tr>\n");
  }

  private void row(String name, String count, Ratio lines, Ratio branches, Ratio instructions) {
    out.append("<tr><td>").append(name).append("</td><td class=\"n\">").append(count);
    out.append("</td>");
    for (var ratio : List.of(lines, branches, instructions)) {
      out.append("<td>");
      if (ratio.total() > 0) {
        var percent = String.format(Locale.ROOT, "%.1f", ratio.percent());
        out.append("<span class=\"bar\"><i style=\"width:")
            .append(percent)
            .append("%\"></i></span> ");
        out.append(percent).append(" % (").append(ratio.covered()).append(" of ");
        out.append(ratio.total()).append(')');
      } else {
        out.append('–');
      }
      out.append("</td>");
    }
    out.append("</tr>\n");
  }

  private void source(int index, FileCoverage file) {
    out.append("<h2 id=\"f").append(index).append("\">").append(text(file.path()));
    out.append("</h2>\n<table class=\"src\">\n");
    var found = sources.find(file);
    if (found.isPresent()) {
      whole(index, file, found.get());
    } else {
      known(index, file);
    }
    out.append("</table>\n");
  }

  private void whole(int index, FileCoverage file, List<String> text) {
    Map<Integer, LineCoverage> lines = new HashMap<>();
    file.lines().forEach(line -> lines.put(line.number(), line));
    for (int n = 1; n <= text.size(); n++) {
      line(index, n, text.get(n - 1), lines.get(n));
    }
  }

  private void known(int index, FileCoverage file) {
    int before = 0;
    for (var line : file.lines()) {
      if (line.number() > before + 1) {
        out.append("<tr class=\"gap\"><td></td><td></td><td></td><td>…</td></tr>\n");
      }
      line(index, line.number(), line.text(), line);
      before = line.number();
    }
  }

  private void line(int index, int number, String text, @Nullable LineCoverage line) {
    var status =
        Optional.ofNullable(line).map(l -> l.status().name().toLowerCase(Locale.ROOT)).orElse("");
    out.append("<tr id=\"f").append(index).append('-').append(number).append("\" class=\"");
    out.append(status).append("\"");
    if (line != null) {
      out.append(" title=\"").append(title(line)).append('"');
    }
    out.append("><td class=\"n\">").append(number).append("</td><td class=\"n\">");
    out.append(line == null ? "" : line.hits() + "×").append("</td><td class=\"n\">");
    if (line != null && !line.branches().isEmpty()) {
      var ways = line.branchRatio();
      out.append(ways.covered()).append('/').append(ways.total());
    }
    out.append("</td><td>").append(text(text)).append("</td></tr>\n");
  }

  private static String title(LineCoverage line) {
    return "instructions "
        + line.instructions()
        + (line.branches().isEmpty() ? "" : ", branches " + line.branchRatio());
  }

  private static String text(String text) {
    // Tabs stay, and so does nothing else that ends a line.
    return SafeText.lines(text.replace("\n", "\\x0a"))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
