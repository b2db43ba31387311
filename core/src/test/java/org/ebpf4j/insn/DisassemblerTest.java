package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.insn.Register.R1;
import static org.ebpf4j.insn.Register.R2;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.ebpf4j.insn.Disassembler.Line;
import org.ebpf4j.insn.Disassembler.Names;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Instruction.Exit;
import org.ebpf4j.insn.Instruction.Jump;
import org.ebpf4j.insn.Instruction.LoadImmediate64;
import org.ebpf4j.insn.Instruction.Unknown;
import org.junit.jupiter.api.Test;

final class DisassemblerTest {
  /// Bytes, and the text that a Linux 6.18 verifier printed for them.
  private record Sample(String hex, String text) {
    Instructions instructions() {
      return Instructions.read(HexFormat.of().parseHex(hex), ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static List<Sample> samples() throws IOException {
    try (InputStream table =
        Objects.requireNonNull(DisassemblerTest.class.getResourceAsStream("kernel-notation.tsv"))) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", 2))
          .map(columns -> new Sample(columns[0], columns[1]))
          .toList();
    }
  }

  @Test
  void printsWhatTheKernelPrints() throws IOException {
    List<Sample> samples = samples();
    assertThat(samples).hasSizeGreaterThan(900);
    assertThat(samples)
        .allSatisfy(sample ->
            assertThat(Disassembler.lines(sample.instructions(), Names.NONE))
                .containsExactly(new Line(0, 0, sample.text)));
  }

  @Test
  void isComparedWithTheKernelForEveryOpcodeButGotox() throws IOException {
    var compared = new TreeSet<Integer>();
    for (Sample sample : samples()) {
      compared.add(Slot.opcode(sample.instructions().slot(0)));
    }
    var known = new TreeSet<Integer>();
    known.add(Opcode.LD_IMM64);
    for (int opcode = 0; opcode < 256; opcode++) {
      for (int imm : new int[] {0, 16}) {
        if (!(Decoder.decode(Slot.of(opcode, 0, 0, 0, imm)) instanceof Unknown)
            || !(Decoder.decode(Slot.of(opcode, 0, 0, 0, Opcode.LOAD_ACQ)) instanceof Unknown)) {
          known.add(opcode);
        }
      }
    }
    assertThat(known.remove(Opcode.JUMP_INDIRECT)).isTrue(); // since Linux 6.19
    assertThat(compared).isEqualTo(known);
  }

  @Test
  void printsGotoxAsNewerKernelsDo() {
    assertThat(Disassembler.text(new Jump.GotoIndirect(R2))).isEqualTo("(0d) gotox r2");
  }

  @Test
  void printsTheBitsOfAnUnknownSlot() {
    assertThat(Disassembler.text(new Unknown(Slot.of(Opcode.EXIT, 0, 0, 0, 1))))
        .isEqualTo("(95) unknown 0x0000000100000095");
  }

  @Test
  void aMapWithoutANameIsItsNumber() {
    assertThat(Disassembler.text(new LoadImmediate64(R1, Opcode.PSEUDO_MAP_FD, 5)))
        .isEqualTo("(18) r1 = 0x5");
  }

  @Test
  void aKfuncWithoutANameIsItsBtfId() {
    assertThat(Disassembler.text(new Call.Kfunc(65214)))
        .isEqualTo("(85) call kernel-function#65214");
  }

  @Test
  void namesStandInTheirInstructions() {
    Instructions instructions =
        Instructions.assemble(
            new LoadImmediate64(R1, Opcode.PSEUDO_MAP_FD, 5),
            new LoadImmediate64(R2, Opcode.PSEUDO_MAP_VALUE, 5 | 16L << 32),
            new Call.Helper(1),
            new Call.Subprogram(2),
            new Call.Kfunc(65214),
            new Exit());
    Map<Integer, String> names =
        Map.of(0, "map[events]", 2, "map[.rodata]+16", 5, "count", 6, "bpf_obj_new_impl#65214");
    List<Line> lines =
        Disassembler.lines(instructions, slot -> Optional.ofNullable(names.get(slot)));
    assertThat(lines)
        .containsExactly(
            new Line(0, 0, "(18) r1 = map[events]"),
            new Line(2, 16, "(18) r2 = map[.rodata]+16"),
            new Line(4, 32, "(85) call bpf_map_lookup_elem#1"),
            new Line(5, 40, "(85) call count"),
            new Line(6, 48, "(85) call bpf_obj_new_impl#65214"),
            new Line(7, 56, "(95) exit"));
  }

  @Test
  void aLoneInstructionAsksForTheNameOfSlot0() {
    List<Integer> asked = new ArrayList<>();
    String text =
        Disassembler.text(
            new Call.Subprogram(2),
            slot -> {
              asked.add(slot);
              return Optional.of("count");
            });
    assertThat(text).isEqualTo("(85) call count");
    assertThat(asked).containsExactly(0);
  }
}
