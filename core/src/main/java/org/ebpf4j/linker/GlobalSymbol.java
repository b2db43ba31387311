package org.ebpf4j.linker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is known so far of a symbol that files share.
final class GlobalSymbol {
  private final OutputSymbol symbol;
  private InputObject origin;
  private int originType;
  private @Nullable OutputSection section;
  private boolean extern;
  private boolean weak;
  private int id;
  private boolean retyped;
  private int variable = -1;

  /// A symbol that was not seen before.
  ///
  /// @param originType the id of its type in `origin`
  /// @param section where it is; empty for a plain extern
  GlobalSymbol(
      OutputSymbol symbol,
      InputObject origin,
      int originType,
      @Nullable OutputSection section,
      boolean extern,
      boolean weak) {
    this.symbol = symbol;
    this.origin = origin;
    this.originType = originType;
    this.section = section;
    this.extern = extern;
    this.weak = weak;
  }

  OutputSymbol symbol() {
    return symbol;
  }

  /// The file whose idea of its type holds: the one that defines it, or else the first.
  InputObject origin() {
    return origin;
  }

  /// The id of its type in its [#origin()].
  int originType() {
    return originType;
  }

  Optional<OutputSection> section() {
    return Optional.ofNullable(section);
  }

  boolean isExtern() {
    return extern;
  }

  boolean isWeak() {
    return weak;
  }

  /// Once strong, it stays so.
  void strengthen() {
    weak = false;
    symbol.strengthen();
  }

  /// Takes the definition of another file.
  void define(InputObject input, int type, OutputSection in) {
    origin = input;
    originType = type;
    section = in;
    extern = false;
    retyped = true;
  }

  /// The id of its variable or function in the linked BTF, or 0.
  int id() {
    return id;
  }

  void setId(int linked) {
    id = linked;
  }

  /// Whether the linked BTF still has the type that another file gave it; asks once.
  boolean takeRetyped() {
    var was = retyped;
    retyped = false;
    return was;
  }

  /// Its place among the variables of its section in the linked BTF, or -1.
  int variable() {
    return variable;
  }

  void setVariable(int index) {
    variable = index;
  }
}
