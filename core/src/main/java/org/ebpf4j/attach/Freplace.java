package org.ebpf4j.attach;

/// A global function of another program, which this program takes the place of.
///
/// @param name the function that is replaced, as the other program's types name it
public record Freplace(String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Freplace {
    PlaceText.check("a function", name);
  }

  @Override
  public String kind() {
    return "freplace";
  }
}
