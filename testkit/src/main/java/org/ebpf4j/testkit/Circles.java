package org.ebpf4j.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The circles in a graph: sets of nodes of which each reaches each other (strongly connected
/// components), by Tarjan's algorithm.
public final class Circles {
  private final Map<String, ? extends Set<String>> graph;
  private final Map<String, Integer> order = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final List<Set<String>> found = new ArrayList<>();

  private Circles(Map<String, ? extends Set<String>> graph) {
    this.graph = graph;
  }

  /// Those of more than one node, the largest first.
  ///
  /// @param graph for each node, those that it points to
  public static List<Set<String>> in(Map<String, ? extends Set<String>> graph) {
    var circles = new Circles(graph);
    graph.keySet().stream().sorted().forEach(circles::visit);
    return circles.found.stream()
        .filter(c -> c.size() > 1)
        .sorted((a, b) -> Integer.compare(b.size(), a.size()))
        .toList();
  }

  private void visit(String node) {
    if (order.containsKey(node)) {
      return;
    }
    order.put(node, order.size());
    lowest.put(node, order.get(node));
    path.push(node);
    for (var next : graph.containsKey(node) ? graph.get(node) : Set.<String>of()) {
      if (!order.containsKey(next)) {
        visit(next);
        lowest.merge(node, lowest.get(next), Math::min);
      } else if (path.contains(next)) {
        lowest.merge(node, order.get(next), Math::min);
      }
    }
    if (lowest.get(node).equals(order.get(node))) {
      var circle = new TreeSet<String>();
      String last;
      do {
        last = path.pop();
        circle.add(last);
      } while (!last.equals(node));
      found.add(circle);
    }
  }
}
