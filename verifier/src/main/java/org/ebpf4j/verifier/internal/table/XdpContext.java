package org.ebpf4j.verifier.internal.table;

import java.util.Optional;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.rule.ContextTable;
import org.ebpf4j.verifier.internal.state.RegisterKind;

/// `struct xdp_md`.
record XdpContext() implements ContextTable {
  private static final int WORD = 4;
  private static final int SIZE = 24;

  @Override
  public ContextField field(int offset, int size, boolean write, boolean signed) {
    if (write || size != WORD || offset % WORD != 0 || offset >= SIZE) {
      return new ContextField.Refused("");
    }
    return switch (offset / WORD) {
      case 0 -> pointer(RegisterKind.PACKET, signed);
      case 1 -> pointer(RegisterKind.PACKET_END, signed);
      case 2 -> pointer(RegisterKind.PACKET_META, signed);
      default -> new ContextField.Number(WORD);
    };
  }

  private static ContextField pointer(RegisterKind kind, boolean signed) {
    return signed ? new ContextField.Refused("") : new ContextField.Pointer(kind);
  }

  @Override
  public Optional<ResultRange> result() {
    return Optional.empty();
  }

  @Override
  public boolean packetAccess(boolean write) {
    return true;
  }
}
