package org.ebpf4j.error;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A name means nothing here: no such program, map, section, tracepoint, kernel symbol or device.
/// Offers the names that come near it, and says in the second line of the message what to try.
public final class NotFoundException extends BpfException {
  private static final long serialVersionUID = 1L;

  private static final int EXAMPLES = 3;

  private final String name;
  private final transient List<String> nearest;

  /// `name` is not one of `known`; `what` says of which kind, as in `tracepoint`.
  public NotFoundException(String what, String name, Collection<String> known) {
    this(what, name, known, "");
  }

  /// The same, with a sentence that goes after the names on offer, such as where the name is used.
  public NotFoundException(String what, String name, Collection<String> known, String note) {
    this(what, name, known, note, "");
  }

  /// The same, with what else mends it, as in `give it with --kconfig FILE`: the second line of the
  /// message offers the nearest name, and that.
  public NotFoundException(
      String what, String name, Collection<String> known, String note, String mend) {
    super(message(what, name, known, note, mend));
    this.name = name;
    this.nearest = NearestNames.of(name, known);
  }

  private NotFoundException(String message, String name, @Nullable Throwable cause) {
    super(message, cause);
    this.name = name;
    this.nearest = List.of();
  }

  /// An error about what is not at a path; the message is complete as given.
  public static NotFoundException ofPath(String message, String path) {
    return new NotFoundException(message, path, (Throwable) null);
  }

  /// An error whose message is complete as given.
  public static NotFoundException withMessage(String name, String message, Throwable cause) {
    return new NotFoundException(message, name, cause);
  }

  private static String message(
      String what, String name, Collection<String> known, String note, String mend) {
    var offered = NearestNames.of(name, known);
    var near = NearestNames.near(name, known);
    var names = SafeText.line(String.join(", ", offered));
    var text =
        new StringBuilder("no ").append(what).append(" '").append(SafeText.line(name)).append('\'');
    if (!offered.isEmpty()) {
      text.append(near.isEmpty() ? "; known: " : "; near it: ").append(names);
    }
    if (!note.isEmpty()) {
      text.append(". ").append(note);
    }
    var all = new ArrayList<String>();
    if (!near.isEmpty()) {
      all.add(near.getFirst());
    } else if (mend.isEmpty() && !known.isEmpty()) {
      all.add(other(offered, known));
    }
    if (!mend.isEmpty()) {
      all.add(mend);
    }
    return all.isEmpty()
        ? text.toString()
        : text + "\n  try: " + SafeText.line(String.join("; or ", all));
  }

  private static String other(List<String> offered, Collection<String> known) {
    if (offered.size() == 1) {
      return offered.getFirst();
    }
    if (!offered.isEmpty()) {
      return "one of these names";
    }
    return "another name: there are "
        + known.size()
        + ", such as "
        + String.join(", ", known.stream().sorted().limit(EXAMPLES).toList());
  }

  /// The name that was not found.
  public String name() {
    return name;
  }

  /// Up to five known names, the nearest first.
  public List<String> nearest() {
    return nearest;
  }
}
