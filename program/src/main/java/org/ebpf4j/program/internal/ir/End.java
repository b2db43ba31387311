package org.ebpf4j.program.internal.ir;

import java.util.List;
import org.ebpf4j.insn.Condition;
import org.jspecify.annotations.Nullable;

/// How a block ends.
public sealed interface End {
  /// It is not known yet.
  record Open() implements End {}

  /// It goes on elsewhere.
  record Goto(Block to) implements End {}

  /// It goes on where a comparison says.
  record Branch(
      Condition condition, boolean wide, Value left, Value right, Block taken, Block otherwise)
      implements End {}

  /// It goes on elsewhere until the kernel thinks that a loop has gone on for too long.
  record MayGoto(Block exhausted, Block next) implements End {}

  /// The function returns.
  record Return(@Nullable Value value) implements End {}

  /// The blocks that may come next.
  default List<Block> successors() {
    return switch (this) {
      case Open _, Return _ -> List.of();
      case Goto(var to) -> List.of(to);
      case Branch b -> List.of(b.taken(), b.otherwise());
      case MayGoto m -> List.of(m.exhausted(), m.next());
    };
  }

  /// The same with another block in place of one.
  default End with(Block old, Block other) {
    return switch (this) {
      case Open _, Return _ -> this;
      case Goto(var to) -> to == old ? new Goto(other) : this;
      case Branch b ->
          new Branch(
              b.condition(),
              b.wide(),
              b.left(),
              b.right(),
              b.taken() == old ? other : b.taken(),
              b.otherwise() == old ? other : b.otherwise());
      case MayGoto m ->
          new MayGoto(
              m.exhausted() == old ? other : m.exhausted(), m.next() == old ? other : m.next());
    };
  }

  /// The same with values as they stand now.
  default End resolved() {
    return switch (this) {
      case Open _, Goto _, MayGoto _ -> this;
      case Branch b ->
          new Branch(
              b.condition(),
              b.wide(),
              b.left().resolve(),
              b.right().resolve(),
              b.taken(),
              b.otherwise());
      case Return(var value) -> value == null ? this : new Return(value.resolve());
    };
  }
}
