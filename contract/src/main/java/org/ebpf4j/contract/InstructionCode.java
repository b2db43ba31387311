package org.ebpf4j.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;

/// Makes the instructions of a row of the table. Operands go into r1 and r2, memory is the first
/// eight bytes below the frame pointer, the result ends up in r0.
final class InstructionCode {

  private static final int FRAME = 10;
  private static final int MEMORY = -8;

  private final List<Long> body = new ArrayList<>();
  private final List<Long> function = new ArrayList<>();
  private final List<String> words;

  InstructionCode(List<String> words) {
    this.words = words;
    var done =
        arithmetic() || jump() || endian() || load() || store() || atomic() || ordered() || other();
    if (!done) {
      throw new IllegalArgumentException("no instruction: " + words);
    }
  }

  List<Long> body() {
    return List.copyOf(body);
  }

  List<Long> function() {
    return List.copyOf(function);
  }

  /// A number of the table: hexadecimal, or decimal with a sign.
  static long number(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  private Matcher match(String pattern) {
    return Pattern.compile(pattern).matcher(words.getFirst());
  }

  private long operand(int index) {
    return number(words.get(index));
  }

  private void add(int opcode, int dst, int src, int offset, int imm) {
    body.add(Slot.of(opcode, dst, src, offset, imm));
  }

  private void constant(int register, long value) {
    add(Opcode.LD_IMM64, register, 0, 0, (int) value);
    add(0, 0, 0, 0, (int) (value >>> 32));
  }

  private void memory(long value) {
    constant(1, value);
    add(Opcode.STX | Opcode.MEM | Opcode.DW, FRAME, 1, MEMORY, 0);
  }

  private void result(int register) {
    add(Opcode.MOV64_REG, 0, register, 0, 0);
  }

  private void resultOfMemory() {
    add(Opcode.LDX | Opcode.MEM | Opcode.DW, 0, FRAME, MEMORY, 0);
  }

  private static int size(Matcher matcher, int group) {
    return Objects.requireNonNull(Mnemonics.SIZES.get(matcher.group(group)));
  }

  private boolean arithmetic() {
    var negation = match("neg(32|64)");
    if (negation.matches()) {
      constant(1, operand(1));
      add(classOf(negation.group(1)) | Opcode.NEG, 1, 0, 0, 0);
      result(1);
      return true;
    }
    var extension = match("movsx(8|16|32)to(32|64)");
    if (extension.matches()) {
      constant(1, operand(1));
      add(
          classOf(extension.group(2)) | Opcode.MOV | Opcode.X,
          0,
          1,
          Integer.parseInt(extension.group(1)),
          0);
      return true;
    }
    var matcher = match("([a-z]+)(32|64)");
    if (!matcher.matches() || !Mnemonics.ARITHMETIC.containsKey(matcher.group(1))) {
      return false;
    }
    var name = matcher.group(1);
    var opcode = classOf(matcher.group(2)) | Objects.requireNonNull(Mnemonics.ARITHMETIC.get(name));
    var offset = name.equals("sdiv") || name.equals("smod") ? Opcode.OFFSET_SIGNED : 0;
    constant(1, operand(2));
    withRightOperand(opcode, offset);
    result(1);
    return true;
  }

  private static int classOf(String width) {
    return width.equals("64") ? Opcode.ALU64 : Opcode.ALU;
  }

  private void withRightOperand(int opcode, int offset) {
    if (words.get(1).equals("reg")) {
      constant(2, operand(3));
      add(opcode | Opcode.X, 1, 2, offset, 0);
    } else {
      add(opcode | Opcode.K, 1, 0, offset, (int) operand(3));
    }
  }

  private boolean jump() {
    var matcher = match("(j[a-z]+)(32|64)");
    if (!matcher.matches()) {
      return false;
    }
    constant(1, operand(2));
    add(Opcode.MOV64_IMM, 0, 0, 0, 1);
    withRightOperand(
        (matcher.group(2).equals("64") ? Opcode.JMP : Opcode.JMP32)
            | Objects.requireNonNull(Mnemonics.JUMPS.get(matcher.group(1))),
        1);
    add(Opcode.MOV64_IMM, 0, 0, 0, 0);
    return true;
  }

  private boolean endian() {
    var matcher = match("(le|be|bswap)(16|32|64)");
    if (!matcher.matches()) {
      return false;
    }
    constant(1, operand(1));
    var opcode =
        switch (matcher.group(1)) {
          case "le" -> Opcode.TO_LE;
          case "be" -> Opcode.TO_BE;
          default -> Opcode.BSWAP;
        };
    add(opcode, 1, 0, 0, Integer.parseInt(matcher.group(2)));
    result(1);
    return true;
  }

  private boolean load() {
    var matcher = match("ldx(s?)(b|h|w|dw)");
    if (matcher.matches()) {
      memory(operand(1));
      var mode = matcher.group(1).isEmpty() ? Opcode.MEM : Opcode.MEMSX;
      add(Opcode.LDX | mode | size(matcher, 2), 0, FRAME, MEMORY + (int) operand(2), 0);
      return true;
    }
    var packet = match("ld(abs|ind)(b|h|w)");
    if (!packet.matches()) {
      return false;
    }
    if (packet.group(1).equals("abs")) {
      add(Opcode.LD | Opcode.ABS | size(packet, 2), 0, 0, 0, (int) operand(1));
    } else {
      constant(2, operand(1));
      add(Opcode.LD | Opcode.IND | size(packet, 2), 0, 2, 0, (int) operand(2));
    }
    return true;
  }

  private boolean store() {
    var matcher = match("st(x?)(b|h|w|dw)");
    if (!matcher.matches()) {
      return false;
    }
    memory(operand(1));
    var to = MEMORY + (int) operand(2);
    if (matcher.group(1).isEmpty()) {
      add(Opcode.ST | Opcode.MEM | size(matcher, 2), FRAME, 0, to, (int) operand(3));
    } else {
      constant(2, operand(3));
      add(Opcode.STX | Opcode.MEM | size(matcher, 2), FRAME, 2, to, 0);
    }
    resultOfMemory();
    return true;
  }

  private boolean atomic() {
    var matcher = match("atomic_(fetch_)?([a-z]+)(32|64)(\\.register)?");
    if (!matcher.matches()) {
      return false;
    }
    var operation = Objects.requireNonNull(Mnemonics.ATOMICS.get(matcher.group(2)));
    memory(operand(1));
    constant(2, operand(2));
    var compares = operation == Opcode.CMPXCHG;
    if (compares) {
      constant(0, operand(3));
    }
    var size = matcher.group(3).equals("64") ? Opcode.DW : Opcode.W;
    var fetch = matcher.group(1) == null ? 0 : Opcode.FETCH;
    add(Opcode.STX | Opcode.ATOMIC | size, FRAME, 2, MEMORY, operation | fetch);
    if (matcher.group(4) == null) {
      resultOfMemory();
    } else if (!compares) {
      result(2);
    }
    return true;
  }

  private boolean ordered() {
    var matcher = match("(load_acquire|store_release)_(b|h|w|dw)");
    if (!matcher.matches()) {
      return false;
    }
    memory(operand(1));
    var opcode = Opcode.STX | Opcode.ATOMIC | size(matcher, 2);
    var at = MEMORY + (int) operand(2);
    if (matcher.group(1).equals("load_acquire")) {
      add(opcode, 0, FRAME, at, Opcode.LOAD_ACQ);
    } else {
      constant(2, operand(3));
      add(opcode, FRAME, 2, at, Opcode.STORE_REL);
      resultOfMemory();
    }
    return true;
  }

  private boolean other() {
    switch (words.getFirst()) {
      case "lddw" -> constant(0, operand(1));
      case "ja", "gotol" -> {
        constant(0, operand(1));
        // So that something leads to what is jumped over: the verifier takes no dead code.
        add(Opcode.JMP | Opcode.JEQ | Opcode.K, 0, 0, 1, 0);
        forward(1);
        add(Opcode.MOV64_IMM, 0, 0, 0, 0);
      }
      case "ja_back", "gotol_back" -> loop();
      case "call" -> {
        arguments();
        call();
      }
      case "call_twice" -> {
        arguments();
        call();
        add(Opcode.MOV64_REG, 1, 0, 0, 0);
        constant(2, operand(1));
        call();
      }
      case "exit_early" -> {
        constant(1, operand(1));
        call();
        function.clear();
        function.add(Slot.of(Opcode.MOV64_REG, 0, 1, 0, 0));
        function.add(Slot.of(Opcode.JMP | Opcode.JEQ | Opcode.K, 0, 0, 1, 0));
        function.add(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
        function.add(Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 0));
        function.add(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void forward(int distance) {
    if (words.getFirst().startsWith("gotol")) {
      add(Opcode.JUMP_LONG, 0, 0, 0, distance);
    } else {
      add(Opcode.JUMP, 0, 0, distance, 0);
    }
  }

  /// Adds the numbers from the operand down to 1.
  private void loop() {
    constant(1, operand(1));
    add(Opcode.MOV64_IMM, 0, 0, 0, 0);
    add(Opcode.JMP | Opcode.JEQ | Opcode.K, 1, 0, 3, 0);
    add(Opcode.ALU64 | Opcode.ADD | Opcode.X, 0, 1, 0, 0);
    add(Opcode.ADD64_IMM, 1, 0, 0, -1);
    forward(-4);
  }

  private void arguments() {
    constant(1, operand(1));
    constant(2, operand(2));
  }

  /// Calls a function that adds its arguments.
  private void call() {
    add(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, 0);
    if (function.isEmpty()) {
      function.add(Slot.of(Opcode.MOV64_REG, 0, 1, 0, 0));
      function.add(Slot.of(Opcode.ALU64 | Opcode.ADD | Opcode.X, 0, 2, 0, 0));
      function.add(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
    }
  }
}
