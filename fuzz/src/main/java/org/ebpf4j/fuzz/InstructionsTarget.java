package org.ebpf4j.fuzz;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;

/// `Instructions.read` and the disassembler. The first byte of an input is the byte order.
public final class InstructionsTarget {
  private InstructionsTarget() {}

  /// One input; the part after the first byte that is whole instructions.
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length < 9) {
      return;
    }
    var order = bytes[0] % 2 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    var code = Arrays.copyOfRange(bytes, 1, 1 + (bytes.length - 1) / 8 * 8);
    Case.read(() -> {
      var instructions = Instructions.read(code, order);
      Disassembler.lines(instructions, _ -> Optional.empty());
    });
  }
}
