package org.ebpf4j.vm.internal.machine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The places of a compiled function where the interpreter may have to go on, and where the
/// registers are there.
public final class Sites {
  /// A variable that is in its local variable of 64 bits.
  public static final byte WIDE = 0;

  /// A variable that is in its local variable of 32 bits; its upper half is zero.
  public static final byte NARROW = 1;

  /// A variable that is an offset from the end of the frame, in its variable of 32 bits.
  public static final byte FRAME = 2;

  /// A variable that is an offset into the first fixed region, in its variable of 32 bits; the next
  /// number stands for the second, and so on.
  public static final byte REGION = 3;

  /// A variable that is not read again.
  public static final byte DEAD = -1;

  private static final int REGISTERS = 10;

  private final Code code;
  private final long[] regions;
  private final List<Site> sites = new ArrayList<>();

  /// A number on the stack that is in a variable.
  ///
  /// @param offset where it is in the frame, from its end
  /// @param size in bytes
  public record Kept(int offset, int size) {}

  /// One of them.
  ///
  /// @param slot the instruction that is next
  /// @param rest how many instructions were counted that are still to be executed
  /// @param forms where each variable is: the registers, and then the numbers on the stack
  /// @param kept these
  public record Site(int slot, int rest, ByteBuffer forms, List<Kept> kept) {
    /// A site.
    public Site(int slot, int rest, byte[] forms, List<Kept> kept) {
      this(slot, rest, ByteBuffer.wrap(forms.clone()).asReadOnlyBuffer(), List.copyOf(kept));
    }
  }

  /// @param regions the addresses of the fixed regions
  public Sites(Code code, long[] regions) {
    this.code = code;
    this.regions = regions.clone();
  }

  /// Adds one.
  ///
  /// @return its number
  public int add(Site site) {
    sites.add(site);
    return sites.size() - 1;
  }

  Code code() {
    return code;
  }

  int slot(int site) {
    return sites.get(site).slot();
  }

  int rest(int site) {
    return sites.get(site).rest();
  }

  /// The registers as the interpreter has them. Those that are not read again are zero.
  ///
  /// @param wide the local variables of 64 bits, with the address of the frame for `R10`
  /// @param narrow those of 32 bits
  long[] registers(int site, long[] wide, int[] narrow) {
    var r = new long[16];
    for (int i = 0; i < REGISTERS; i++) {
      r[i] = number(site, i, wide, narrow);
    }
    r[REGISTERS] = wide[REGISTERS];
    return r;
  }

  private long number(int site, int variable, long[] wide, int[] narrow) {
    var form = sites.get(site).forms().get(variable);
    return switch (form) {
      case DEAD -> 0;
      case WIDE -> wide[variable];
      case NARROW -> narrow[variable] & 0xffff_ffffL;
      case FRAME -> wide[REGISTERS] + narrow[variable];
      default -> regions[form - REGION] + narrow[variable];
    };
  }

  /// Writes numbers on the stack where the interpreter looks for them.
  void write(Memory memory, int site, long[] wide, int[] narrow) {
    var kept = sites.get(site).kept();
    for (int i = 0; i < kept.size(); i++) {
      int variable = REGISTERS + 1 + i;
      if (sites.get(site).forms().get(variable) != DEAD) {
        memory.store(
            wide[REGISTERS] + kept.get(i).offset(),
            kept.get(i).size(),
            number(site, variable, wide, narrow));
      }
    }
  }
}
