package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/// Code for numbers on the stack. Those of less than 4 bytes are int there.
final class NumberCode {
  private NumberCode() {}

  /// Makes what was read from memory a value of its type in Java.
  static void widen(CodeBuilder b, Plan.Whole p) {
    var plain = JavaPart.unboxed(p.type());
    if (plain == boolean.class) {
      toLong(b, p.size());
      Descriptors.call(b, Numbers.class, "truth", MethodTypeDesc.of(CD_boolean, CD_long));
    } else if (plain == long.class) {
      extend(b, p.size(), p.signed());
    } else if (p.size() < bytes(plain) && !p.signed()) {
      b.loadConstant(p.size() == 1 ? 0xff : 0xffff).iand();
    }
  }

  /// Makes a number of `size` bytes a `long` by its sign or, where it has none, by zeros.
  static void extend(CodeBuilder b, int size, boolean signed) {
    toLong(b, size);
    if (!signed && size < 8) {
      b.loadConstant(-1L >>> (64 - 8 * size)).land();
    }
  }

  /// Makes a number of `size` bytes a `long`.
  static void toLong(CodeBuilder b, int size) {
    if (size < 8) {
      b.i2l();
    }
  }

  /// Makes a value in Java what memory is to hold.
  static void fit(CodeBuilder b, Plan.Whole p, String name) {
    var plain = JavaPart.unboxed(p.type());
    if (plain == boolean.class) {
      if (p.size() == 8) {
        b.i2l();
      }
    } else if (p.size() < bytes(plain)) {
      toLong(b, bytes(plain));
      range(b, 8 * p.size(), p.signed(), name);
      shorten(b, p.size());
    }
  }

  /// Checks that a `long` is one of so many bits.
  static void range(CodeBuilder b, int bits, boolean signed, String name) {
    var highest = signed ? (1L << (bits - 1)) - 1 : -1L >>> (64 - bits);
    b.loadConstant(signed ? -highest - 1 : 0L).loadConstant(highest).loadConstant(name);
    Descriptors.call(
        b,
        Numbers.class,
        "range",
        MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long, CD_String));
  }

  /// Makes a `long` a number of `size` bytes.
  static void shorten(CodeBuilder b, int size) {
    switch (size) {
      case 1 -> b.l2i().i2b();
      case 2 -> b.l2i().i2s();
      case 4 -> b.l2i();
      default -> {}
    }
  }

  /// Makes a `long` a value of a primitive type.
  static void narrow(CodeBuilder b, Class<?> plain) {
    if (plain == boolean.class) {
      Descriptors.call(b, Numbers.class, "truth", MethodTypeDesc.of(CD_boolean, CD_long));
    } else {
      shorten(b, bytes(plain));
    }
  }

  /// How many bytes a primitive type has in Java.
  static int bytes(Class<?> plain) {
    return plain == boolean.class ? 1 : JavaPart.bytes(plain);
  }

  static void box(CodeBuilder b, Class<?> type) {
    if (!type.isPrimitive()) {
      b.invokestatic(
          Descriptors.of(type),
          "valueOf",
          MethodTypeDesc.of(Descriptors.of(type), Descriptors.of(JavaPart.unboxed(type))));
    }
  }

  static void unbox(CodeBuilder b, Class<?> type) {
    var plain = JavaPart.unboxed(type);
    if (!type.isPrimitive()) {
      b.checkcast(Descriptors.of(type))
          .invokevirtual(
              Descriptors.of(type),
              plain.getName() + "Value",
              MethodTypeDesc.of(Descriptors.of(plain)));
    }
  }
}
