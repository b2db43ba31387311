package org.ebpf4j.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;

/// A row of the table of instructions: what one instruction makes of its operands.
///
/// @param name the row without its result
/// @param body the instructions that leave the result in r0; r6 and r9 stay as they are
/// @param function a function behind the program, which the body calls; empty where it calls none
/// @param result what is in r0 then
record InstructionCase(String name, List<Long> body, List<Long> function, long result) {
  /// The bytes of the packet that the program runs on.
  static final int PACKET = 64;

  // The register of the context, and fields in struct __sk_buff.
  private static final int CONTEXT = 6;
  private static final int DATA = 76;
  private static final int DATA_END = 80;

  /// All rows, in the order of the file.
  static List<InstructionCase> all() {
    try (var in =
        Objects.requireNonNull(InstructionCase.class.getResourceAsStream("instructions.txt"))) {
      var cases = new ArrayList<InstructionCase>();
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          cases.add(of(line));
        }
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InstructionCase of(String line) {
    var sides = line.split(" = ");
    var words = Arrays.asList(sides[0].split(" "));
    var code = new InstructionCode(words);
    return new InstructionCase(
        sides[0], code.body(), code.function(), InstructionCode.number(sides[1]));
  }

  /// The packet: byte number i is (7 * i + 129) modulo 256.
  static byte[] packet() {
    var packet = new byte[PACKET];
    for (int i = 0; i < PACKET; i++) {
      packet[i] = (byte) (7 * i + 129);
    }
    return packet;
  }

  /// All instructions of the program: the body, and those that write r0 to the first eight bytes of
  /// the packet.
  List<Long> instructions() {
    var slots = new ArrayList<Long>();
    slots.add(Slot.of(Opcode.MOV64_REG, CONTEXT, 1, 0, 0));
    slots.addAll(body);
    slots.add(Slot.of(Opcode.LDX | Opcode.MEM | Opcode.W, 1, CONTEXT, DATA, 0));
    slots.add(Slot.of(Opcode.LDX | Opcode.MEM | Opcode.W, 2, CONTEXT, DATA_END, 0));
    slots.add(Slot.of(Opcode.MOV64_REG, 3, 1, 0, 0));
    slots.add(Slot.of(Opcode.ADD64_IMM, 3, 0, 0, Long.BYTES));
    slots.add(Slot.of(Opcode.JMP | Opcode.JGT | Opcode.X, 3, 2, 1, 0));
    slots.add(Slot.of(Opcode.STX | Opcode.MEM | Opcode.DW, 1, 0, 0, 0));
    slots.add(Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 0));
    slots.add(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
    return slots;
  }

  /// An object with the program `row`.
  ObjectSpec object() {
    var slots = new ArrayList<>(instructions());
    var functions = new ArrayList<>(List.of(new Subprogram("row", 0)));
    if (!function.isEmpty()) {
      functions.add(new Subprogram("function", slots.size()));
      // The distance is to the function, from the slot behind the call.
      for (int i = 0; i < slots.size(); i++) {
        if (Slot.opcode(slots.get(i)) == Opcode.CALL) {
          slots.set(i, Slot.withImm(slots.get(i), slots.size() - i - 1));
        }
      }
      slots.addAll(function);
    }
    var program =
        ProgramSpec.builder(
                "row", Instructions.of(slots.stream().mapToLong(Long::longValue).toArray()))
            .ofSection("tc")
            .subprograms(functions)
            .build();
    return ObjectSpec.builder("row").license("GPL").program(program).build();
  }
}
