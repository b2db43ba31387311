package org.ebpf4j.cli.reference;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;

/// What would free an object: an action for each reference. Objects that hold it are freed first.
final class Release {
  private final ReferenceSnapshot snapshot;
  private final Set<ObjectKey> seen = new HashSet<>();
  private final Set<String> mentioned = new HashSet<>();
  private final List<String> lines = new ArrayList<>();

  private Release(ReferenceSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /// The actions, each on a line; those for what holds the object deeper in.
  static List<String> of(ReferenceSnapshot snapshot, References references) {
    var release = new Release(snapshot);
    release.add(references, "  ");
    return release.lines;
  }

  static void print(PrintWriter out, ReferenceSnapshot snapshot, References references) {
    out.println(
        SafeText.line(
            ReferenceText.object(references)
                + ": "
                + references.sum()
                + "; nothing is done, this would free it:"));
    of(snapshot, references).forEach(line -> out.println(SafeText.line(line)));
  }

  private void add(References references, String indent) {
    seen.add(references.object());
    for (var reference : references.found()) {
      var holder = holder(reference);
      if (holder == null) {
        lines.add(
            indent
                + (reference.release().isEmpty()
                    ? "(" + reference.text() + " lets go when nothing else holds it)"
                    : reference.release()));
      } else if (reference instanceof Reference.Slot slot && !slot.kind().equals("struct_ops")) {
        lines.add(indent + slot.release());
      } else if (mentioned.add(indent + holder)) {
        // A holder of several references ends all of them.
        lines.add(indent + "free " + holder + ":");
        add(holder, indent + "  ");
      }
    }
    var rest = references.unexplained();
    if (rest.isPresent() && rest.getAsLong() > 0) {
      lines.add(indent + rest.getAsLong() + " more, of which it is not known who holds them");
    }
  }

  private void add(ObjectKey holder, String indent) {
    var deeper = snapshot.of(holder);
    if (deeper.isPresent() && !seen.contains(holder)) {
      add(deeper.get(), indent);
    } else {
      lines.add(indent + "(as above)");
    }
  }

  /// The object that a reference is held by; null for none.
  private static @org.jspecify.annotations.Nullable ObjectKey holder(Reference reference) {
    return switch (reference) {
      case Reference.OfLink link -> ObjectKey.link(link.link());
      case Reference.OfProgram program -> ObjectKey.program(program.program());
      case Reference.OfMap map -> ObjectKey.map(map.map());
      case Reference.Slot slot -> ObjectKey.map(slot.map());
      case Reference.Xdp xdp when xdp.link() != 0 -> ObjectKey.link(xdp.link());
      default -> null;
    };
  }
}
