package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.jspecify.annotations.Nullable;

/// The program of an iterator: it writes a record of 64-bit words for each object. A word is what a
/// chain of pointers leads to from the iterator's context.
///
/// @param required the offset in the context of what each record is about; nothing is written where
///   that is null
/// @param words what a record is made of
/// @param only what a record must have to be written; null for nothing
record IteratorCode(int required, List<Word> words, @Nullable Only only) {
  private static final int SEQ_WRITE = 127;

  IteratorCode(int required, Word... words) {
    this(required, List.of(words), null);
  }

  /// One word: the offsets that lead to it, each in what the one before points to, and its size.
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Word(Size size, int... offsets) {
    static Word u32(int... offsets) {
      return new Word(Size.U32, offsets);
    }

    static Word u64(int... offsets) {
      return new Word(Size.U64, offsets);
    }
  }

  /// That a word has a value.
  record Only(int word, long value) {}

  /// The same for those records only in which a word has a value.
  IteratorCode only(int word, long value) {
    return new IteratorCode(required, words, new Only(word, value));
  }

  int recordSize() {
    return words.size() * Long.BYTES;
  }

  Instructions assemble() {
    var body = new ArrayList<Instruction>();
    if (only != null) {
      addWord(body, words.get(only.word));
      body.add(new Instruction.LoadImmediate64(Register.R2, only.value));
    }
    var write = new ArrayList<Instruction>();
    for (int i = 0; i < words.size(); i++) {
      addWord(write, words.get(i));
      write.add(
          new Instruction.StoreRegister(
              Size.U64, Register.R10, i * Long.BYTES - recordSize(), Register.R1));
    }
    write.add(load(Register.R1, Register.R6, 0));
    write.add(load(Register.R1, Register.R1, 0)); // The seq_file is the first of bpf_iter_meta.
    write.add(move(Register.R2, Register.R10));
    write.add(
        new Instruction.Alu(
            AluOperation.ADD, Width.W64, Register.R2, new Immediate(-recordSize())));
    write.add(move(Register.R3, new Immediate(recordSize())));
    write.add(new Instruction.Call.Helper(SEQ_WRITE));
    if (only != null) {
      body.add(skipIf(Condition.NE, Register.R1, Register.R2, slots(write)));
    }
    body.addAll(write);

    var code = new ArrayList<Instruction>();
    code.add(move(Register.R6, Register.R1));
    code.add(load(Register.R1, Register.R6, required));
    code.add(skipIf(Condition.EQ, Register.R1, new Immediate(0), slots(body)));
    code.addAll(body);
    code.add(move(Register.R0, new Immediate(0)));
    code.add(new Instruction.Exit());
    return Instructions.assemble(code);
  }

  private static void addWord(List<Instruction> code, Word word) {
    var base = Register.R6;
    for (int i = 0; i < word.offsets.length; i++) {
      var size = i == word.offsets.length - 1 ? word.size : Size.U64;
      code.add(new Instruction.Load(size, Register.R1, base, word.offsets[i]));
      if (i == 0 && word.offsets.length > 1) {
        // What the context has may be null as far as the verifier knows.
        code.add(skipIf(Condition.EQ, Register.R1, new Immediate(0), word.offsets.length - 1));
      }
      base = Register.R1;
    }
  }

  private static int slots(List<Instruction> code) {
    return code.stream().mapToInt(Instruction::slots).sum();
  }

  private static Instruction move(Register to, Operand value) {
    return new Instruction.Move(Width.W64, to, value);
  }

  private static Instruction load(Register to, Register base, int offset) {
    return new Instruction.Load(Size.U64, to, base, offset);
  }

  private static Instruction skipIf(Condition condition, Register left, Operand right, int slots) {
    return new Instruction.JumpIf(condition, Width.W64, left, right, slots);
  }
}
