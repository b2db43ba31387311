package org.ebpf4j.error;

import java.util.List;

/// A Java type that does not fit the C type it is to stand for. The message shows both layouts side
/// by side, with the lines marked that do not fit.
public final class LayoutMismatchException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String javaType;
  private final String cType;
  private final transient List<Fault> faults;
  private final String layouts;

  /// What does not fit: a component of a record, or the type as a whole, whose name is empty.
  public record Fault(String component, String problem) {}

  /// `javaType` does not fit `cType`, for at least one reason.
  public LayoutMismatchException(
      String javaType, String cType, List<Fault> faults, String layouts) {
    super(message(javaType, cType, faults, layouts));
    this.javaType = javaType;
    this.cType = cType;
    this.faults = List.copyOf(faults);
    this.layouts = layouts;
  }

  private static String message(String javaType, String cType, List<Fault> faults, String layouts) {
    var first = faults.getFirst();
    return javaType
        + " does not fit "
        + cType
        + ": "
        + (first.component().isEmpty() ? "" : "component '" + first.component() + "': ")
        + first.problem()
        + "\n"
        + layouts.stripTrailing();
  }

  /// The Java type, as in `record org.example.Flow`.
  public String javaType() {
    return javaType;
  }

  /// The C type, as in `struct flow`.
  public String cType() {
    return cType;
  }

  /// All that does not fit, in the order of the components; at least one.
  public List<Fault> faults() {
    return faults;
  }

  /// Both layouts side by side.
  public String layouts() {
    return layouts;
  }
}
