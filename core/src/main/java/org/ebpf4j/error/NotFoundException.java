package org.ebpf4j.error;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A name means nothing here: no such program, map, section, tracepoint, kernel symbol or device.
/// Offers the names that come near it.
public final class NotFoundException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient List<String> nearest;

  /// `name` is not one of `known`; `what` says of which kind, as in `tracepoint`.
  public NotFoundException(String what, String name, Collection<String> known) {
    this(what, name, known, "");
  }

  /// The same, with a sentence that goes after the names on offer.
  public NotFoundException(String what, String name, Collection<String> known, String advice) {
    this(name, NearestNames.of(name, known), what, advice);
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

  private NotFoundException(String name, List<String> nearest, String what, String advice) {
    super(
        "no "
            + what
            + " '"
            + name
            + "'"
            + (nearest.isEmpty() ? "" : "; near it: " + String.join(", ", nearest))
            + (advice.isEmpty() ? "" : ". " + advice));
    this.name = name;
    this.nearest = nearest;
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
