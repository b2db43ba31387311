package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.ValueLayout;

/// Code that reads and writes memory, at constant distances from a frame's offset.
final class MemoryCode {
  /// A number in memory as [java.lang.foreign.MemorySegment] reads it.
  record Word(String constant, ClassDesc layout, ClassDesc value) {
    static Word whole(int size) {
      return switch (size) {
        case 1 -> new Word("JAVA_BYTE", Descriptors.of(ValueLayout.OfByte.class), CD_byte);
        case 2 ->
            new Word("JAVA_SHORT_UNALIGNED", Descriptors.of(ValueLayout.OfShort.class), CD_short);
        case 4 -> new Word("JAVA_INT_UNALIGNED", Descriptors.of(ValueLayout.OfInt.class), CD_int);
        default ->
            new Word("JAVA_LONG_UNALIGNED", Descriptors.of(ValueLayout.OfLong.class), CD_long);
      };
    }

    static Word real(int size) {
      return size == 4
          ? new Word(
              "JAVA_FLOAT_UNALIGNED",
              Descriptors.of(ValueLayout.OfFloat.class),
              Descriptors.of(float.class))
          : new Word(
              "JAVA_DOUBLE_UNALIGNED",
              Descriptors.of(ValueLayout.OfDouble.class),
              Descriptors.of(double.class));
    }
  }

  /// Leaves a value on the stack.
  interface Push {
    void onto(CodeBuilder b);
  }

  /// Gaps up to this size become 0 by a few stores, larger ones by a call.
  private static final int LARGEST_STORED_GAP = 32;

  private MemoryCode() {}

  /// Pushes the memory and the offset of what stands `at` bytes from the frame's.
  static void push(CodeBuilder b, Frame frame, int at) {
    b.aload(frame.memory());
    offset(b, frame, at);
  }

  private static void offset(CodeBuilder b, Frame frame, int at) {
    b.lload(frame.offset());
    if (at != 0) {
      b.loadConstant((long) at).ladd();
    }
  }

  /// Reads a number.
  static void get(CodeBuilder b, Frame frame, int at, Word word) {
    b.aload(frame.memory()).getstatic(Descriptors.LAYOUTS, word.constant(), word.layout());
    offset(b, frame, at);
    b.invokeinterface(
        Descriptors.SEGMENT, "get", MethodTypeDesc.of(word.value(), word.layout(), CD_long));
  }

  /// Writes a number.
  static void set(CodeBuilder b, Frame frame, int at, Word word, Push value) {
    b.aload(frame.memory()).getstatic(Descriptors.LAYOUTS, word.constant(), word.layout());
    offset(b, frame, at);
    value.onto(b);
    b.invokeinterface(
        Descriptors.SEGMENT,
        "set",
        MethodTypeDesc.of(CD_void, word.layout(), CD_long, word.value()));
  }

  /// Makes bytes 0.
  static void zero(CodeBuilder b, Frame frame, int offset, int size) {
    if (size > LARGEST_STORED_GAP) {
      push(b, frame, offset);
      b.loadConstant((long) size);
      Descriptors.call(
          b,
          Blocks.class,
          "zero",
          MethodTypeDesc.of(CD_void, Descriptors.SEGMENT, CD_long, CD_long));
      return;
    }
    var at = offset;
    var left = size;
    while (left > 0) {
      var step = Math.min(8, Integer.highestOneBit(left));
      set(
          b,
          frame,
          at,
          Word.whole(step),
          v -> {
            if (step == 8) {
              v.lconst_0();
            } else {
              v.iconst_0();
            }
          });
      at += step;
      left -= step;
    }
  }
}
