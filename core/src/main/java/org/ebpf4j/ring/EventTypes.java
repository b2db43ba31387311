package org.ebpf4j.ring;

import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.codec.Codec;

/// What is known of the records of a ring in C. It never changes, and any thread may use it.
public final class EventTypes {
  /// Nothing is known.
  public static final EventTypes UNKNOWN =
      new EventTypes(
          Optional.empty(),
          name -> {
            throw new IllegalArgumentException(
                "struct '" + name + "': the ring belongs to no object with types");
          });

  private final Optional<Struct> declared;
  private final Function<String, Struct> named;

  /// @param declared the struct that the records are, where the object says it
  /// @param named finds a struct of the object by its name, or throws
  public EventTypes(Optional<Struct> declared, Function<String, Struct> named) {
    this.declared = declared;
    this.named = named;
  }

  /// A struct.
  ///
  /// @param types the BTF that has it
  /// @param id its id there
  public record Struct(Btf types, int id) {}

  /// How records stand in memory as values of a Java type: by the struct that they are declared to
  /// be, or else by the rules of C.
  <T> Codec<T> codec(Class<T> type) {
    return declared
        .map(struct -> Codec.of(type, struct.types(), struct.id()))
        .orElseGet(() -> Codec.of(type));
  }

  /// How records that are structs of that name stand in memory as values of a Java type.
  <T> Codec<T> codec(Class<T> type, String struct) {
    var found = named.apply(struct);
    return Codec.of(type, found.types(), found.id());
  }
}
