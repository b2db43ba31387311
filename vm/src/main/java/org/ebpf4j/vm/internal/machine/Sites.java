package org.ebpf4j.vm.internal.machine;

import java.util.ArrayList;
import java.util.List;

/// The places of a compiled function where the interpreter may have to go on, and where the
/// registers are there.
public final class Sites {
  /// A register that is in its local variable of 64 bits.
  public static final byte WIDE = 0;

  /// A register that is in its local variable of 32 bits; its upper half is zero.
  public static final byte NARROW = 1;

  /// A register that is an offset from the end of the frame, in its variable of 32 bits.
  public static final byte FRAME = 2;

  /// A register that is an offset into the first fixed region, in its variable of 32 bits; the next
  /// number stands for the second, and so on.
  public static final byte REGION = 3;

  private static final int REGISTERS = 10;

  private final Code code;
  private final long[] regions;
  private final List<Site> sites = new ArrayList<>();

  /// One of them.
  ///
  /// @param slot the instruction that is next
  /// @param rest how many instructions were counted that are still to be executed
  /// @param forms where each register is
  public record Site(int slot, int rest, List<Byte> forms) {
    /// A site.
    public Site {
      forms = List.copyOf(forms);
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

  /// The registers as the interpreter has them.
  ///
  /// @param wide the local variables of 64 bits, then the address of the frame
  /// @param narrow those of 32 bits
  public static long[] registers(Sites sites, int site, long[] wide, int[] narrow) {
    var r = new long[16];
    var forms = sites.sites.get(site).forms();
    long frame = wide[REGISTERS];
    for (int i = 0; i < REGISTERS; i++) {
      var form = forms.get(i);
      r[i] =
          switch (form) {
            case WIDE -> wide[i];
            case NARROW -> narrow[i] & 0xffff_ffffL;
            case FRAME -> frame + narrow[i];
            default -> sites.regions[form - REGION] + narrow[i];
          };
    }
    r[REGISTERS] = frame;
    return r;
  }
}
