package org.ebpf4j.linux.reference;

import java.util.Optional;

/// The kinds of objects that have ids.
public enum ObjectType {
  PROGRAM("prog"),
  MAP("map"),
  LINK("link"),
  TYPES("btf");

  private final String label;

  ObjectType(String label) {
    this.label = label;
  }

  /// The name as the command line has it: `prog`, `map`, `link`, `btf`.
  public String label() {
    return label;
  }

  /// The kind with that label.
  public static Optional<ObjectType> parse(String label) {
    for (var value : values()) {
      if (value.label.equals(label)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
