package org.ebpf4j.attach;

import java.util.Optional;

/// A global function of another program, which this program takes the place of. Which program that
/// is has to be known when this one is loaded (`LoadOptions.withTarget`).
///
/// @param name the function that is replaced, as the other program's types name it
/// @param target the program whose function is replaced, where it is another one than that which
///   this program was loaded for (since 5.10); it stays the caller's
public record Freplace(String name, Optional<Handle> target) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Freplace {
    PlaceText.check("a function", name);
  }

  /// Of the program that this one was loaded for.
  public Freplace(String name) {
    this(name, Optional.empty());
  }

  /// The same of another program, whose function has the same arguments.
  public Freplace of(Handle program) {
    return new Freplace(name, Optional.of(program));
  }

  /// Reads the name of a function.
  ///
  /// @param options `of`, the program whose function it is
  /// @throws IllegalArgumentException for an empty name
  public static Place parse(String text, PlaceOptions options) {
    var function = new Freplace(text);
    var of = options.text("of");
    return of.isEmpty() ? function : surroundings -> function.of(surroundings.program(of.get()));
  }

  @Override
  public String place() {
    return name + target.map(t -> ",of=" + t.name()).orElse("");
  }

  @Override
  public String kind() {
    return "freplace";
  }

  /// Whether it is the function that a program was loaded for. Of another program, the kernel holds
  /// its arguments against that one's.
  @Override
  public boolean isLoadedFor(TypedPoint other) {
    return other instanceof Freplace there
        && (there.target.isPresent() || TypedPoint.super.isLoadedFor(other));
  }
}
