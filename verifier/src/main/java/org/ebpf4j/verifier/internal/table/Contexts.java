package org.ebpf4j.verifier.internal.table;

import java.util.Optional;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.rule.ContextTable;

/// The contexts of all types of programs.
public final class Contexts {
  private Contexts() {}

  /// The context of a program.
  public static ContextTable of(CheckedProgram program, Rules rules) {
    return switch (program.type()) {
      case XDP -> new XdpContext();
      default -> new NoContext();
    };
  }

  /// A context without fields.
  private record NoContext() implements ContextTable {
    @Override
    public ContextField field(int offset, int size, boolean write, boolean signed) {
      return new ContextField.Refused("");
    }

    @Override
    public Optional<ResultRange> result() {
      return Optional.empty();
    }

    @Override
    public boolean packetAccess(boolean write) {
      return false;
    }
  }
}
