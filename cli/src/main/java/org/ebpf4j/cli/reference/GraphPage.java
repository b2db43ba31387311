package org.ebpf4j.cli.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.error.SafeText;

/// A graph as one page of HTML: a drawing in SVG, and a table of the same. The page needs nothing
/// from elsewhere, and its policy forbids it to ask for anything.
///
/// Holders stand to the left of what they hold, in columns: processes, pins and hooks, then links,
/// programs, maps and types. Within a column each stands about where its holders do.
final class GraphPage {
  private static final int WIDTH = 260;
  private static final int HEIGHT = 34;
  private static final int ROW = 46;
  private static final int COLUMN = 420;
  private static final int MARGIN = 20;

  private static final String STYLE =
      """
      body { font: 14px sans-serif; margin: 1em; background: #fff; color: #222; }
      svg { font: 12px sans-serif; }
      rect { fill: #eef2f7; stroke: #567; rx: 4px; }
      .process rect { fill: #e8f4e8; } .pin rect { fill: #fdf3dc; } .hook rect { fill: #fbe8e0; }
      .prog rect { fill: #dfe9fb; } .map rect { fill: #ece2f8; } .link rect { fill: #e0f3f3; }
      .rest rect { stroke: #b00; stroke-width: 2; } .rest text { fill: #b00; }
      path { fill: none; stroke: #9ab; }
      .lit path, path.lit { stroke: #d60; stroke-width: 2; } .lit rect { stroke: #d60; stroke-width: 2; }
      .word { font-size: 10px; fill: #567; }
      table { border-collapse: collapse; margin-top: 1em; }
      td, th { border-bottom: 1px solid #ccd; padding: 2px 8px; text-align: left; vertical-align: top; }
      input { margin: 0.5em 0; width: 24em; }
      """;

  private static final String SCRIPT =
      """
      const nodes = [...document.querySelectorAll('g.node')], paths = [...document.querySelectorAll('path')];
      const light = id => { for (const p of paths) p.classList.toggle('lit', p.dataset.from === id || p.dataset.to === id);
        for (const n of nodes) n.classList.toggle('lit', n.id === id); };
      for (const n of nodes) { n.onmouseenter = () => light(n.id); n.onmouseleave = () => light(''); }
      const find = document.getElementById('find');
      find.oninput = () => { const t = find.value.toLowerCase();
        for (const n of nodes) n.style.opacity = n.textContent.toLowerCase().includes(t) ? 1 : 0.15;
        for (const r of document.querySelectorAll('tbody tr')) r.hidden = !r.textContent.toLowerCase().includes(t); };
      document.body.dataset.ready = nodes.length + ' nodes, ' + paths.length + ' edges';
      """;

  private final Graph graph;
  private final StringBuilder page = new StringBuilder();
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<String, Integer> rows = new HashMap<>();

  private GraphPage(Graph graph) {
    this.graph = graph;
  }

  /// The page.
  ///
  /// @param title what it shows, and when
  static String of(Graph graph, String title) {
    return new GraphPage(graph).write(title);
  }

  private String write(String title) {
    place();
    var height = rows.values().stream().mapToInt(r -> r).max().orElse(0) + 1;
    var width = columns.values().stream().mapToInt(c -> c).max().orElse(0) + 1;
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head>\n<body><h1>")
        .append(escape(title))
        .append(
            "</h1>\n<input id=\"find\" placeholder=\"find\" aria-label=\"find\">\n<svg width=\"")
        .append(2 * MARGIN + width * COLUMN)
        .append("\" height=\"")
        .append(2 * MARGIN + height * ROW)
        .append("\">\n");
    graph.edges().forEach(this::edge);
    graph.nodes().values().forEach(this::node);
    page.append("</svg>\n<table><thead><tr><th>object</th><th>references</th><th>held by</th></tr>")
        .append("</thead><tbody>\n");
    graph.nodes().values().stream().filter(n -> !n.sum().isEmpty()).forEach(this::row);
    return page.append("</tbody></table>\n<script>\n")
        .append(SCRIPT)
        .append("</script></body></html>\n")
        .toString();
  }

  /// Gives each node a column by its kind, and a row by those of its holders.
  private void place() {
    var byColumn = new EnumMap<Graph.Kind, List<Graph.Node>>(Graph.Kind.class);
    for (var node : graph.nodes().values()) {
      byColumn.computeIfAbsent(column(node.kind()), _ -> new ArrayList<>()).add(node);
    }
    var holders = new HashMap<String, List<String>>();
    graph
        .edges()
        .forEach(e -> holders.computeIfAbsent(e.to(), _ -> new ArrayList<>()).add(e.from()));
    var column = 0;
    for (var nodes : byColumn.values()) {
      Comparator<Graph.Node> byHolders =
          Comparator.comparingDouble(n ->
              holders.getOrDefault(n.id(), List.of()).stream()
                  .filter(rows::containsKey)
                  .mapToInt(rows::get)
                  .average()
                  .orElse(Double.MAX_VALUE));
      var sorted = new ArrayList<>(nodes);
      sorted.sort(byHolders);
      for (int i = 0; i < sorted.size(); i++) {
        columns.put(sorted.get(i).id(), column);
        rows.put(sorted.get(i).id(), i);
      }
      column++;
    }
  }

  /// Whatever is no object shares one column.
  private static Graph.Kind column(Graph.Kind kind) {
    return switch (kind) {
      case PROCESS, PIN, HOOK, KERNEL, UNKNOWN -> Graph.Kind.PROCESS;
      case LINK, PROGRAM, MAP, TYPES -> kind;
    };
  }

  private int x(String id) {
    return MARGIN + columns.getOrDefault(id, 0) * COLUMN;
  }

  private int y(String id) {
    return MARGIN + rows.getOrDefault(id, 0) * ROW;
  }

  private void edge(Graph.Edge edge) {
    var fromX = x(edge.from()) + WIDTH;
    var fromY = y(edge.from()) + HEIGHT / 2;
    var toX = x(edge.to());
    var toY = y(edge.to()) + HEIGHT / 2;
    var bend = Math.max(60, Math.abs(toX - fromX) / 2);
    page.append("<path data-from=\"")
        .append(escape(edge.from()))
        .append("\" data-to=\"")
        .append(escape(edge.to()))
        .append("\" d=\"M")
        .append(fromX + " " + fromY + " C" + (fromX + bend) + " " + fromY + " ")
        .append((toX - bend) + " " + toY + " " + toX + " " + toY)
        .append("\"><title>")
        .append(escape(edge.text()))
        .append("</title></path>\n");
  }

  private void node(Graph.Node node) {
    page.append("<g class=\"node ")
        .append(GraphText.kind(node))
        .append(node.whole() ? "" : " rest")
        .append("\" id=\"")
        .append(escape(node.id()))
        .append("\" transform=\"translate(")
        .append(x(node.id()) + "," + y(node.id()))
        .append(")\"><rect width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\"></rect>")
        .append("<text x=\"8\" y=\"14\">")
        .append(escape(cut(node.text(), 34)))
        .append("</text><text class=\"word\" x=\"8\" y=\"28\">")
        .append(escape(cut(node.sum(), 44)))
        .append("</text><title>")
        .append(escape(node.sum().isEmpty() ? node.text() : node.text() + ": " + node.sum()))
        .append("</title></g>\n");
  }

  private void row(Graph.Node node) {
    page.append("<tr><td>")
        .append(escape(node.text()))
        .append("</td><td>")
        .append(escape(node.sum()))
        .append("</td><td>");
    var between = "";
    for (var edge : graph.edges()) {
      if (edge.to().equals(node.id())) {
        page.append(between).append(escape(graph.node(edge.from()).text() + ": " + edge.text()));
        between = "<br>";
      }
    }
    page.append("</td></tr>\n");
  }

  private static String cut(String text, int length) {
    return text.codePointCount(0, text.length()) <= length
        ? text
        : text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
  }

  private static String escape(String text) {
    return SafeText.line(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
