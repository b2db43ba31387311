package org.ebpf4j.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where an argument of a static probe is when the probe is reached.
///
/// @param kind what kind of place
/// @param value the number itself; or what is added to the address in the register
/// @param register the place of the register in the kernel's `struct pt_regs`, in bytes
/// @param index the place of the index register there; 0 where there is none
/// @param scale by how many bits the index is shifted
/// @param size the bytes of the argument: 1, 2, 4 or 8
/// @param isSigned whether it is a signed number
public record StaticArgument(
    Kind kind, long value, int register, int index, int scale, int size, boolean isSigned) {

  /// The kinds of places; the number is that of libbpf's `enum __bpf_usdt_arg_type`.
  public enum Kind {
    /// A number that is the same each time.
    CONSTANT(0),
    /// In a register.
    REGISTER(1),
    /// In memory, at the address in a register and some bytes more.
    MEMORY(2),
    /// In memory, at the address in a register, an index in another, and some bytes more. Programs
    /// that were compiled with libbpf before 1.7 cannot read those.
    INDEXED(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /// The most that libbpf's programs can take.
  public static final int MOST = 12;

  /// How libbpf's `struct __bpf_usdt_spec` is laid out.
  public enum Layout {
    /// As libbpf has it before 1.7: 16 bytes for an argument.
    PLAIN(16),
    /// As libbpf has it since 1.7, which can describe an index: clang gives an argument 24 bytes.
    WITH_INDEX(24);

    private final int argumentSize;

    Layout(int argumentSize) {
      this.argumentSize = argumentSize;
    }

    /// The bytes of a description.
    public int size() {
      return MOST * argumentSize + 2 * Long.BYTES;
    }

    /// The layout that has descriptions of so many bytes; empty where none has.
    public static Optional<Layout> ofSize(int size) {
      return Arrays.stream(values()).filter(l -> l.size() == size).findFirst();
    }
  }

  static StaticArgument constant(long value, int size, boolean isSigned) {
    return new StaticArgument(Kind.CONSTANT, value, 0, 0, 0, size, isSigned);
  }

  static StaticArgument register(int register, int size, boolean isSigned) {
    return new StaticArgument(Kind.REGISTER, 0, register, 0, 0, size, isSigned);
  }

  static StaticArgument memory(int register, long offset, int size, boolean isSigned) {
    return new StaticArgument(Kind.MEMORY, offset, register, 0, 0, size, isSigned);
  }

  /// Reads the arguments of a probe as the compiler wrote them: `-4@%edi 8@16(%rsp)` on x86-64,
  /// `-4@x0 8@[sp, 16]` on arm64.
  ///
  /// @param machine [Binary#X86_64] or [Binary#AARCH64]
  /// @throws IllegalArgumentException for another machine, more than twelve arguments, or one in a
  ///   place that no program can read: says which and why
  public static List<StaticArgument> parse(String text, int machine) {
    var parser = ArgumentParser.of(machine);
    var found = new ArrayList<StaticArgument>();
    for (var part : parser.split(text)) {
      found.add(parser.parse(part));
    }
    if (found.size() > MOST) {
      throw new IllegalArgumentException(
          "the probe has " + found.size() + " arguments; programs can take " + MOST);
    }
    return List.copyOf(found);
  }

  /// The arguments as libbpf's `struct __bpf_usdt_spec`, which its `usdt.bpf.h` reads.
  ///
  /// @param cookie what `bpf_usdt_cookie` gives
  /// @throws IllegalArgumentException where the layout cannot describe one
  public static byte[] spec(
      List<StaticArgument> arguments, long cookie, Layout layout, ByteOrder order) {
    var spec = ByteBuffer.allocate(layout.size()).order(order);
    for (int i = 0; i < arguments.size(); i++) {
      var argument = arguments.get(i);
      spec.position(i * layout.argumentSize).putLong(argument.value);
      if (layout == Layout.PLAIN) {
        if (argument.kind == Kind.INDEXED) {
          throw new IllegalArgumentException(
              "argument " + i + " has an index, which only programs with libbpf 1.7 can read");
        }
        spec.putInt(argument.kind.number);
      } else {
        argument.putIndexed(spec);
      }
      spec.putShort((short) argument.register)
          .put((byte) (argument.isSigned ? 1 : 0))
          .put((byte) (Long.SIZE - argument.size * Byte.SIZE));
    }
    spec.position(MOST * layout.argumentSize).putLong(cookie).putShort((short) arguments.size());
    return spec.array();
  }

  /// Bit fields, each in a unit of its type, and the padding before `reg_off`.
  private void putIndexed(ByteBuffer spec) {
    if (spec.order() == ByteOrder.LITTLE_ENDIAN) {
      spec.put((byte) kind.number).put((byte) 0).putShort((short) (index | scale << 12));
      spec.putShort((short) 0);
    } else {
      spec.putShort((short) 0).putShort((short) (index << 4 | scale));
      spec.put((byte) kind.number).put((byte) 0);
    }
  }
}
