package org.ebpf4j.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// `Instructions.read` and the disassembler. The first byte of an input is the byte order.
public final class InstructionsTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    for (var object : Seeds.objects()) {
      var elf = ElfFile.read("seed", object);
      for (var section : elf.sections()) {
        if (section.executable() && section.data().size() > 0) {
          var code = section.data().copy();
          var seed = ByteBuffer.allocate(1 + code.length);
          seed.put((byte) (elf.order() == ByteOrder.LITTLE_ENDIAN ? 0 : 1)).put(code);
          seeds.add(seed.array());
        }
      }
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input; the part after the first byte that is whole instructions.
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length < 9) {
      return;
    }
    var order = bytes[0] % 2 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    var code = Arrays.copyOfRange(bytes, 1, 1 + (bytes.length - 1) / 8 * 8);
    FuzzCase.of(
        bytes,
        it -> {
          var instructions = it.value(() -> Instructions.read(code, order));
          it.attempt(() -> Disassembler.lines(instructions, _ -> Optional.empty()));
        });
  }
}
