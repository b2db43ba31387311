package org.ebpf4j.cli.reference;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.SafeText;

/// A graph as text: a tree from each holder, as JSON, and for Graphviz.
final class GraphText {
  private final Graph graph;
  private final PrintWriter out;
  private final Map<String, List<Graph.Edge>> below = new HashMap<>();
  private final Set<String> printed = new HashSet<>();

  private GraphText(Graph graph, PrintWriter out) {
    this.graph = graph;
    this.out = out;
    graph.edges().forEach(e -> below.computeIfAbsent(e.from(), _ -> new ArrayList<>()).add(e));
  }

  /// Prints what nothing holds, or what is no object, each with what it holds below. What was
  /// printed already is not printed below again.
  static void print(Graph graph, PrintWriter out) {
    var text = new GraphText(graph, out);
    var held = new HashSet<String>();
    graph.edges().forEach(e -> held.add(e.to()));
    for (var node : graph.nodes().values()) {
      if (!held.contains(node.id())) {
        text.root(node);
      }
    }
    // Objects that hold each other have no beginning.
    for (var node : graph.nodes().values()) {
      if (!text.printed.contains(node.id())) {
        text.root(node);
      }
    }
  }

  private void root(Graph.Node node) {
    out.println(SafeText.line(line(node)));
    printed.add(node.id());
    children(node, "");
  }

  private static String line(Graph.Node node) {
    return node.sum().isEmpty() ? node.text() : node.text() + ": " + node.sum();
  }

  private void children(Graph.Node node, String indent) {
    var edges = below.getOrDefault(node.id(), List.of());
    for (int i = 0; i < edges.size(); i++) {
      var last = i == edges.size() - 1;
      var child = graph.node(edges.get(i).to());
      var again = !printed.add(child.id());
      out.println(
          SafeText.line(
              indent
                  + (last ? "└─ " : "├─ ")
                  + edges.get(i).text()
                  + " → "
                  + (again ? child.text() + " (see above)" : line(child))));
      if (!again) {
        children(child, indent + (last ? "   " : "│  "));
      }
    }
  }

  /// Prints one JSON object.
  static void printJson(Graph graph, PrintWriter out) {
    Consumer<Json.Fields> fields =
        json ->
            json.putObjects(
                    "nodes",
                    graph.nodes().values(),
                    (node, n) ->
                        node.put("id", n.id())
                            .put("kind", kind(n))
                            .put("text", n.text())
                            .put("sum", n.sum().isEmpty() ? null : n.sum())
                            .put("explained", n.whole()))
                .putObjects(
                    "edges",
                    graph.edges(),
                    (edge, e) ->
                        edge.put("from", e.from()).put("to", e.to()).put("text", e.text()));
    out.println(Json.object(fields));
  }

  static String kind(Graph.Node node) {
    return switch (node.kind()) {
      case PROCESS -> "process";
      case PIN -> "pin";
      case HOOK -> "hook";
      case KERNEL -> "kernel";
      case UNKNOWN -> "unknown";
      case LINK -> "link";
      case PROGRAM -> "prog";
      case MAP -> "map";
      case TYPES -> "btf";
    };
  }

  /// Prints it in Graphviz's language.
  static void printDot(Graph graph, PrintWriter out) {
    out.println("digraph bpf {");
    out.println("  rankdir=LR;");
    out.println("  node [shape=box, fontname=\"sans-serif\"];");
    for (var node : graph.nodes().values()) {
      out.println(
          "  "
              + quote(node.id())
              + " [label="
              + quote(node.text())
              + (node.sum().isEmpty() ? "" : ", tooltip=" + quote(node.sum()))
              + (node.whole() ? "" : ", color=red")
              + switch (node.kind()) {
                case PROCESS -> ", shape=ellipse";
                case PIN, HOOK, KERNEL, UNKNOWN -> ", style=rounded";
                case LINK, PROGRAM, MAP, TYPES -> "";
              }
              + "];");
    }
    for (var edge : graph.edges()) {
      out.println(
          "  "
              + quote(edge.from())
              + " -> "
              + quote(edge.to())
              + " [label="
              + quote(edge.text())
              + "];");
    }
    out.println("}");
  }

  private static String quote(String text) {
    return '"' + SafeText.line(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
