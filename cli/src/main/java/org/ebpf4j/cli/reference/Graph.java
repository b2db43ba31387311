package org.ebpf4j.cli.reference;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ebpf4j.linux.reference.FileHolder;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;

/// Who holds whom: objects of the kernel, and what is no object of it: processes, pins, hooks.
///
/// @param nodes by their ids
/// @param edges from what holds to what is held
record Graph(Map<String, Node> nodes, Set<Edge> edges) {

  /// What a node is.
  enum Kind {
    PROCESS,
    PIN,
    HOOK,
    KERNEL,
    UNKNOWN,
    LINK,
    PROGRAM,
    MAP,
    TYPES
  }

  /// Something that holds or is held.
  ///
  /// @param id the same for the same thing in one graph
  /// @param text what it is, for people
  /// @param sum of an object: its references in words; else empty
  /// @param whole whether all references to it are explained, or it is no object
  record Node(String id, Kind kind, String text, String sum, boolean whole) {}

  /// That one holds another.
  ///
  /// @param text by what: `fd 7`, `entry 3`
  record Edge(String from, String to, String text) {}

  /// The graph of all objects of a snapshot.
  ///
  /// @param types whether types are part of it
  static Graph of(ReferenceSnapshot snapshot, boolean types) {
    var graph = new Graph(new LinkedHashMap<>(), new LinkedHashSet<>());
    for (var references : snapshot.objects().values()) {
      if (types || references.object().type() != ObjectType.TYPES) {
        graph.addObject(references);
      }
    }
    for (var references : snapshot.objects().values()) {
      if (types || references.object().type() != ObjectType.TYPES) {
        references.found().forEach(r -> graph.addReference(references.object(), r));
        var rest = references.unexplained();
        if (rest.isPresent() && rest.getAsLong() > 0) {
          graph.edge(
              graph.node("unknown", Kind.UNKNOWN, "not known"),
              references.object(),
              rest.getAsLong() + " unexplained");
        }
      }
    }
    // What ended meanwhile is no part of it.
    graph.edges.removeIf(e -> !graph.nodes.containsKey(e.from) || !graph.nodes.containsKey(e.to));
    return graph;
  }

  /// The node with an id, which must be part of the graph.
  Node node(String id) {
    return Objects.requireNonNull(nodes.get(id), id);
  }

  private void addObject(References references) {
    var kind =
        switch (references.object().type()) {
          case PROGRAM -> Kind.PROGRAM;
          case MAP -> Kind.MAP;
          case LINK -> Kind.LINK;
          case TYPES -> Kind.TYPES;
        };
    var id = references.object().toString();
    nodes.put(
        id,
        new Node(
            id,
            kind,
            ReferenceText.object(references),
            references.sum(),
            references.verdict() == References.Verdict.EXPLAINED));
  }

  private String node(String id, Kind kind, String text) {
    nodes.putIfAbsent(id, new Node(id, kind, text, "", true));
    return id;
  }

  private void edge(String from, ObjectKey to, String text) {
    edges.add(new Edge(from, to.toString(), text));
  }

  private void addReference(ObjectKey object, Reference reference) {
    switch (reference) {
      case Reference.OpenFile file -> addFiles(object, "", file.holders());
      case Reference.Through file -> addFiles(object, file.what() + ", ", file.holders());
      case Reference.Pin pin -> {
        pin.paths().forEach(p -> edge(node("pin " + p, Kind.PIN, "pin " + p), object, "pin"));
        addFiles(object, pin.paths().isEmpty() ? "deleted pin, " : "pin, ", pin.holders());
      }
      case Reference.OfLink link ->
          edge(ObjectKey.link(link.link()).toString(), object, link.role());
      case Reference.OfProgram program ->
          edge(ObjectKey.program(program.program()).toString(), object, program.role());
      case Reference.OfMap map -> edge(ObjectKey.map(map.map()).toString(), object, map.role());
      case Reference.Slot slot ->
          edge(ObjectKey.map(slot.map()).toString(), object, "entry " + slot.key());
      case Reference.Sockmap sockmap ->
          edge(ObjectKey.map(sockmap.map()).toString(), object, sockmap.attachType());
      case Reference.Xdp xdp -> edge(place(xdp.place()), object, "XDP (" + xdp.mode() + ")");
      case Reference.Filter filter -> edge(place(filter.place()), object, "tc " + filter.parent());
      case Reference.NetworkHook hook -> edge(place(hook.place()), object, hook.attachType());
      case Reference.Route route ->
          edge(place(route.place()), object, "route to " + route.prefix() + ", " + route.hook());
      case Reference.Cgroup cgroup ->
          edge(
              node("cgroup " + cgroup.path(), Kind.HOOK, "cgroup " + cgroup.path()),
              object,
              cgroup.attachType());
      case Reference.Kernel kernel ->
          edge(node("kernel", Kind.KERNEL, "the kernel"), object, kernel.what());
    }
  }

  private String place(NetworkPlace place) {
    var text = place.device().isEmpty() ? place.text() : "device " + place.text();
    return node("net " + place.namespace() + " " + place.index(), Kind.HOOK, text);
  }

  private void addFiles(ObjectKey object, String what, List<FileHolder> holders) {
    for (var holder : holders) {
      switch (holder) {
        case FileHolder.Descriptor d -> edge(process(d), object, what + descriptor(d));
        case FileHolder.MappedMemory m ->
            edge(
                node("process " + m.process(), Kind.PROCESS, m.command() + "[" + m.process() + "]"),
                object,
                what + "mapped memory");
        case FileHolder.InFlight f ->
            f.sockets().forEach(d -> edge(process(d), object, "message at " + descriptor(d)));
        case FileHolder.RegisteredFile f ->
            f.rings().forEach(d -> edge(process(d), object, "io_uring, " + descriptor(d)));
      }
    }
  }

  private static String descriptor(FileHolder.Descriptor descriptor) {
    return "fd "
        + descriptor.number()
        + (descriptor.thread() == descriptor.process() ? "" : " of thread " + descriptor.thread());
  }

  private String process(FileHolder.Descriptor descriptor) {
    return node(
        "process " + descriptor.process(),
        Kind.PROCESS,
        descriptor.command() + "[" + descriptor.process() + "]");
  }

  /// What is connected with some objects: what holds them, and so on, and what they hold.
  Graph around(List<String> ids) {
    var kept = new HashSet<String>();
    spread(ids, kept, true);
    var below = new HashSet<String>();
    spread(ids, below, false);
    kept.addAll(below);
    var some = new Graph(new LinkedHashMap<>(nodes), new LinkedHashSet<>(edges));
    some.nodes.keySet().retainAll(kept);
    some.edges.removeIf(e -> !kept.contains(e.from) || !kept.contains(e.to));
    return some;
  }

  private void spread(List<String> from, Set<String> reached, boolean up) {
    var next = new ArrayDeque<>(from);
    while (!next.isEmpty()) {
      var id = next.pop();
      if (reached.add(id)) {
        for (var edge : edges) {
          if (up ? edge.to.equals(id) : edge.from.equals(id)) {
            next.push(up ? edge.from : edge.to);
          }
        }
      }
    }
  }
}
