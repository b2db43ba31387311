package org.ebpf4j.cli.inspect;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.ebpf4j.cli.process.Terminal;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.inspect.CgroupAttachment;

/// Programs on cgroups, drawn as the tree of their directories.
///
/// @param attachments the programs
record CgroupTree(List<CgroupAttachment> attachments) {
  /// A cgroup that has programs, or one below it has.
  private record Node(Map<String, Node> below, List<CgroupAttachment> programs) {
    Node() {
      this(new TreeMap<>(), new ArrayList<>());
    }
  }

  /// How branches are drawn.
  private record Lines(String fork, String last, String through, String open) {
    static final Lines DRAWN = new Lines("├─ ", "└─ ", "│  ", "   ");
    static final Lines ASCII = new Lines("|- ", "`- ", "|  ", "   ");
  }

  /// The programs of each cgroup, by its path.
  Map<String, List<CgroupAttachment>> programs() {
    var byPath = new LinkedHashMap<String, List<CgroupAttachment>>();
    attachments.forEach(a -> byPath.computeIfAbsent(a.path(), _ -> new ArrayList<>()).add(a));
    return byPath;
  }

  /// Prints it. The first line is the directory that all have in common.
  void print(PrintWriter out) {
    print(out, Terminal.isUtf8());
  }

  /// @param drawn whether with characters for drawing, or with those of ASCII
  void print(PrintWriter out, boolean drawn) {
    if (attachments.isEmpty()) {
      return;
    }
    var paths = programs().keySet().stream().map(Path::of).toList();
    var root = common(paths);
    var top = new Node();
    for (var attachment : attachments) {
      var node = top;
      for (var name : root.relativize(Path.of(attachment.path()))) {
        if (!name.toString().isEmpty()) {
          node = node.below().computeIfAbsent(name.toString(), _ -> new Node());
        }
      }
      node.programs().add(attachment);
    }
    out.println(SafeText.line(root.toString()));
    print(out, top, "", drawn ? Lines.DRAWN : Lines.ASCII);
  }

  /// The deepest folder that all are in.
  private static Path common(List<Path> paths) {
    var root = paths.getFirst();
    for (var path : paths) {
      while (!path.startsWith(root)) {
        root = Objects.requireNonNull(root.getParent(), "paths are absolute");
      }
    }
    return root;
  }

  private static void print(PrintWriter out, Node node, String indent, Lines lines) {
    var left = node.programs().size() + node.below().size();
    for (var program : node.programs()) {
      left--;
      out.println(
          SafeText.line(indent + (left == 0 ? lines.last() : lines.fork()) + text(program)));
    }
    for (var below : node.below().entrySet()) {
      left--;
      out.println(
          SafeText.line(indent + (left == 0 ? lines.last() : lines.fork()) + below.getKey() + "/"));
      print(out, below.getValue(), indent + (left == 0 ? lines.open() : lines.through()), lines);
    }
  }

  private static String text(CgroupAttachment attachment) {
    return attachment.attachTypeLabel()
        + ": program "
        + Integer.toUnsignedString(attachment.programId())
        + (attachment.programName().isEmpty() ? "" : " " + attachment.programName())
        + (attachment.linkId() == 0
            ? ""
            : ", link " + Integer.toUnsignedString(attachment.linkId()))
        + (attachment.flags() == 0 ? "" : ", " + String.join(",", attachment.flagLabels()));
  }
}
