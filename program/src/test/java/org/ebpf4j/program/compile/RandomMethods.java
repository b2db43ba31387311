package org.ebpf4j.program.compile;

import java.util.Random;

/// Writes classes of random methods, each an XDP program whose inputs are in its packet.
final class RandomMethods {
  static final int FAULT = 123_456_789;

  private final Random random;
  private final StringBuilder out = new StringBuilder();
  private int loops;
  private int open;

  RandomMethods(long seed) {
    random = new Random(seed);
  }

  /// The source of a class.
  String source(String name, int methods) {
    out.append(
        """
        import java.util.concurrent.atomic.*;
        import org.ebpf4j.program.*;
        import org.ebpf4j.program.map.HashMap;

        public class %s {
          static final class State {
            byte f; short g; char h; int i; long j; boolean z;
            final int[] t = new int[5];
            int twice() { return i + i; }
            State with(int n) { i = n; return this; }
          }
          record Pair(int left, long right) { int sum() { return left + (int) right; } }
          static final HashMap<Integer, AtomicLong> map = new HashMap<>(64);
          static final HashMap<Pair, State> states = new HashMap<>(64);
          static int s = 5;
          static long t = -7;
          static short u = 3;
          static final int[] table = {3, 1, 4, 1, 5, 9, 2, 6};
          static final AtomicInteger counter = new AtomicInteger(3);

          @Subprogram static int sub(int a, long b, byte c) {
            if (c < 0) return (int) (b >>> 3) - a;
            return a * c + (int) b;
          }
          @Subprogram static int mayFail(int a, int b) { return a / b; }
          @Subprogram static long wide(long a, int b) { return a * b - (a >>> 7); }
          static int inline(int a, int b) {
            for (int i = 0; i < 2; i++) { if (a > b) return a - i; a += b; }
            return a ^ b;
          }
          static boolean odd(int a) { return (a & 1) != 0; }
        """
            .formatted(name));
    for (int i = 0; i < methods; i++) {
      method("m" + i);
    }
    return out.append("}\n").toString();
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String number() {
    return switch (random.nextInt(7)) {
      case 0 -> "" + random.nextInt(10);
      case 1 -> "(-" + (1 + random.nextInt(10)) + ")";
      case 2 -> "(" + random.nextInt() + ")";
      case 3 -> "0x7fffffff";
      case 4 -> "0x80";
      case 5 -> "(-2147483648)";
      default -> "" + (1 << random.nextInt(31));
    };
  }

  private String longNumber() {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextInt(20) + "L";
      case 1 -> "(" + (random.nextLong() | 1) + "L)";
      case 2 -> "(-" + (1 + random.nextInt(100)) + "L)";
      case 3 -> "0x8000000000000000L";
      default -> "0x80000000L";
    };
  }

  private String ints(int depth) {
    if (depth <= 0) {
      return switch (random.nextInt(9)) {
        case 0, 1, 2, 3 -> pick("a", "b", "c");
        case 4 -> pick("o.f", "o.g", "o.h", "o.i", "(o.z ? 1 : 2)", "o.twice()");
        case 5 -> "arr[" + random.nextInt(8) + "]";
        case 6 -> pick("s", "u", "table[" + random.nextInt(8) + "]", "counter.get()");
        default -> number();
      };
    }
    var d = depth - 1;
    return switch (random.nextInt(34)) {
      case 0, 1, 2, 3 -> "(" + ints(d) + pick(" + ", " - ", " * ") + ints(d) + ")";
      case 4, 5, 6 -> "(" + ints(d) + pick(" & ", " | ", " ^ ") + ints(d) + ")";
      case 7, 8 -> "(" + ints(d) + pick(" << ", " >> ", " >>> ") + distance(32, d) + ")";
      case 9 -> "(" + ints(d) + pick(" / ", " % ") + divisor(d) + ")";
      case 10 -> "((int) " + longs(d) + ")";
      case 11 -> "((" + pick("byte", "short", "char") + ") " + ints(d) + ")";
      case 12 -> "(" + booleans(d) + " ? " + ints(d) + " : " + ints(d) + ")";
      case 13 -> "Integer.reverseBytes(" + ints(d) + ")";
      case 14 -> "(-(" + ints(d) + "))";
      case 15 -> "(~" + ints(d) + ")";
      case 16 -> "sub(" + ints(d) + ", " + longs(d - 1) + ", (byte) " + ints(d - 1) + ")";
      case 17 -> "inline(" + ints(d) + ", " + ints(d - 1) + ")";
      case 18 -> "arr[" + ints(d) + " & 7]";
      case 19 -> "new Pair(" + ints(d) + ", " + longs(d - 1) + ")" + pick(".left()", ".sum()");
      case 20 ->
          pick("Integer.divideUnsigned(", "Integer.remainderUnsigned(")
              + ints(d)
              + ", "
              + ints(d - 1)
              + ")";
      case 21 ->
          "(switch ("
              + ints(d)
              + " & 3) { case 0 -> "
              + ints(d - 1)
              + "; case 2 -> "
              + ints(d - 1)
              + "; default -> "
              + ints(d - 1)
              + "; })";
      case 22 -> "(a += " + ints(d) + ")";
      case 23 -> pick("Math.min(", "Math.max(") + ints(d) + ", " + ints(d) + ")";
      case 24 -> "Math.abs(" + ints(d) + ")";
      case 25 ->
          pick("Integer.rotateLeft(", "Integer.rotateRight(") + ints(d) + ", " + ints(d - 1) + ")";
      case 26 -> "mayFail(" + ints(d) + ", " + ints(d - 1) + ")";
      case 27 ->
          pick("table[", "o.t[")
              + ints(d)
              + (random.nextInt(3) == 0 ? "]" : pick(" & 3]", " & 4]"));
      case 28 ->
          pick("Integer.compare(", "Integer.compareUnsigned(") + ints(d) + ", " + ints(d) + ")";
      case 29 -> "Long.compare(" + longs(d) + ", " + longs(d - 1) + ")";
      case 30 ->
          pick(
              "counter.incrementAndGet()",
              "counter.getAndAdd(" + ints(d - 1) + ")",
              "counter.getAndSet(a)");
      case 31 -> pick("Byte.toUnsignedInt((byte) ", "Short.toUnsignedInt((short) ") + ints(d) + ")";
      case 32 -> "(odd(" + ints(d) + ") ? " + ints(d - 1) + " : c++)";
      default -> ints(0);
    };
  }

  private String distance(int bits, int depth) {
    return random.nextBoolean() ? "" + random.nextInt(bits) : ints(depth - 1);
  }

  private String divisor(int depth) {
    return random.nextInt(3) > 0 ? "" + (1 + random.nextInt(100)) : ints(depth - 1);
  }

  private String longs(int depth) {
    if (depth <= 0) {
      return pick("x", "y", "o.j", "t", longNumber());
    }
    var d = depth - 1;
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> "(" + longs(d) + pick(" + ", " - ", " * ") + longs(d) + ")";
      case 3, 4 -> "(" + longs(d) + pick(" & ", " | ", " ^ ") + longs(d) + ")";
      case 5, 6 -> "(" + longs(d) + pick(" << ", " >> ", " >>> ") + distance(64, d) + ")";
      case 7 -> "((long) " + ints(d) + ")";
      case 8 -> "Integer.toUnsignedLong(" + ints(d) + ")";
      case 9 ->
          "("
              + longs(d)
              + pick(" / ", " % ")
              + (random.nextBoolean() ? (1 + random.nextInt(1000)) + "L" : longs(d - 1))
              + ")";
      case 10 -> "(" + booleans(d) + " ? " + longs(d) + " : " + longs(d) + ")";
      case 11 -> pick("Math.min(", "Math.max(") + longs(d) + ", " + longs(d) + ")";
      case 12 -> "wide(" + longs(d) + ", " + ints(d - 1) + ")";
      case 13 -> "(-" + longs(d) + ")";
      case 14 -> "(x " + pick("+=", "^=", "-=") + " " + ints(d) + ")";
      default -> "Long.reverseBytes(" + longs(d) + ")";
    };
  }

  private String booleans(int depth) {
    var d = depth - 1;
    return switch (random.nextInt(8)) {
      case 0, 1 -> ints(d) + pick(" < ", " <= ", " == ", " != ", " > ", " >= ") + ints(d);
      case 2 -> longs(d) + pick(" < ", " <= ", " == ", " != ", " > ", " >= ") + longs(d);
      case 3 ->
          "("
              + (depth > 0 ? booleans(d) : "a > b")
              + pick(" && ", " || ", " ^ ", " & ")
              + (depth > 0 ? "(" + booleans(d) + ")" : "(b != c)")
              + ")";
      case 4 ->
          "Integer.compareUnsigned("
              + ints(d)
              + ", "
              + ints(d)
              + ")"
              + pick(" < ", " >= ", " == ")
              + "0";
      case 5 -> "o.z";
      case 6 -> "odd(" + ints(d) + ")";
      default -> "!(" + (depth > 0 ? booleans(d) : "c == 3") + ")";
    };
  }

  private void statement(int depth, String indent) {
    switch (random.nextInt(19)) {
      case 0, 1 -> line(indent, pick("a", "b", "c") + pick(" = ", " += ", " ^= ") + ints(3));
      case 2 -> line(indent, pick("x", "y") + pick(" = ", " -= ") + longs(3));
      case 3 ->
          line(
              indent,
              pick("o.f = (byte) ", "o.g = (short) ", "o.h = (char) ", "o.i = ", "o.i += ")
                  + ints(2));
      case 4 -> line(indent, pick("o.j = ", "o.j ^= ") + longs(2));
      case 5 ->
          line(
              indent,
              "arr["
                  + (random.nextBoolean() ? "" + random.nextInt(8) : ints(1) + " & 7")
                  + "] = (byte) "
                  + ints(2));
      case 6 -> line(indent, "o.z = " + booleans(1));
      case 7, 8 -> {
        out.append(indent).append("if (").append(booleans(2)).append(") {\n");
        nested(depth, indent);
        if (random.nextBoolean()) {
          out.append(indent).append("} else {\n");
          nested(depth, indent);
        }
        out.append(indent).append("}\n");
      }
      case 9, 10 -> loop(depth, indent);
      case 11 -> line(indent, pick("s = ", "s += ", "u = (short) ") + ints(2));
      case 12 -> line(indent, "t " + pick("= ", "+= ") + longs(2));
      case 13 -> line(indent, "table[" + ints(1) + " & 7] = " + ints(2));
      case 14 -> {
        var v = "l" + loops++;
        line(indent, "AtomicLong " + v + " = map.lookup(" + ints(1) + " & 7)");
        line(
            indent,
            "if ("
                + v
                + " == null) map.put(b & 7, new AtomicLong(x)); else y += "
                + v
                + pick(".incrementAndGet()", ".getAndAdd(a)", ".get()"));
      }
      case 15 -> {
        var v = "p" + loops++;
        line(indent, "State " + v + " = states.lookup(new Pair(a & 3, c & 1))");
        if (random.nextInt(3) > 0) {
          line(indent, "if (" + v + " == null) states.put(new Pair(a & 3, c & 1), o)");
          line(indent, "else " + v + ".t[c & 3] += " + v + ".i++ + " + v + ".g");
        } else {
          line(indent, "a += " + v + ".i");
        }
      }
      case 16 ->
          line(indent, "o.t[" + (random.nextBoolean() ? ints(0) : "a & 3") + "] = " + ints(1));
      case 17 -> line(indent, "o.with(" + ints(1) + ").j += " + longs(1));
      default -> line(indent, "c++");
    }
  }

  private void nested(int depth, String indent) {
    if (depth > 0) {
      statement(depth - 1, indent + "  ");
    }
    if (open > 0 && random.nextInt(4) == 0) {
      out.append(indent).append("  if (").append(booleans(1)).append(") ");
      out.append(pick("break", "continue")).append(";\n");
    } else if (random.nextInt(8) == 0) {
      out.append(indent).append("  if (").append(booleans(1)).append(") ");
      out.append("return ").append(ints(1)).append(";\n");
    }
  }

  private void line(String indent, String text) {
    out.append(indent).append(text).append(";\n");
  }

  private void loop(int depth, String indent) {
    if (open >= 2) {
      line(indent, "b--");
      return;
    }
    open++;
    var v = "k" + loops++;
    var end = "" + (1 + random.nextInt(6));
    switch (random.nextInt(4)) {
      case 0 ->
          out.append(indent)
              .append("for (int " + v + " = 0; " + v + " < " + end + "; " + v + "++) {\n");
      case 1 ->
          out.append(indent)
              .append("for (int " + v + " = " + end + "; " + v + " > 0; " + v + "--) {\n");
      case 2 ->
          out.append(indent)
              .append("for (int " + v + " = 0; " + v + " < (a & 7); " + v + "++) {\n");
      default -> {
        out.append(indent).append("int " + v + " = 0;\n");
        out.append(indent).append("while (" + v + "++ < (b & 3)) {\n");
      }
    }
    line(indent + "  ", pick("a", "b", "x") + " += " + v);
    if (random.nextInt(3) == 0) {
      line(indent + "  ", pick("arr[" + v + "]++", "o.t[" + v + "] ^= c", "s += table[" + v + "]"));
    }
    nested(depth, indent);
    out.append(indent).append("}\n");
    open--;
  }

  private void method(String name) {
    loops = 0;
    open = 0;
    out.append("  @Section(value = \"xdp\", onFault = " + FAULT + ")\n");
    out.append("  static int " + name + "(Xdp context) {\n");
    out.append(
        """
            Packet p = context.packet();
            int a = p.be32(0), b = p.be32(4), c = p.u8(8);
            long x = (long) p.be32(12) << 32 | Integer.toUnsignedLong(p.be32(16)), y = p.be32(20);
            State o = new State();
            byte[] arr = new byte[8];
            arr[3] = (byte) b;
        """);
    var statements = 2 + random.nextInt(8);
    for (int i = 0; i < statements; i++) {
      statement(2, "    ");
    }
    out.append(
        """
            return (int) (x ^ y >>> 32) + a * 31 + b * 7 + c + (o.z ? 5 : 0) + o.f + o.g + o.h + o.i
                + (int) o.j + arr[2] + arr[3] + o.t[1];
          }
        """);
  }

  /// A packet with numbers of all sizes.
  byte[] packet() {
    var packet = new byte[24 + random.nextInt(40)];
    random.nextBytes(packet);
    if (random.nextBoolean()) {
      for (int i = 0; i < 24; i++) {
        if (i % 4 < 3) {
          packet[i] = (byte) (packet[i] < 0 ? -1 : 0);
        }
      }
    }
    return packet;
  }
}
