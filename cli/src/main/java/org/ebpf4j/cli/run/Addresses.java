package org.ebpf4j.cli.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValuePrinter;

/// Members that are network addresses by their names, such as `saddr` and `daddr_v6`, in structs
/// that say beside them which family they are of, as tools have them: plain numbers or bytes, in
/// network order.
final class Addresses {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(s|d|l|r|src_?|dst_?|local_?|remote_?)?(ip_?)?addr(ess)?(_?v?[46])?",
          Pattern.CASE_INSENSITIVE);

  /// As `AF_INET` and `AF_INET6`, or the version of the protocol.
  private static final List<String> FAMILIES =
      List.of("af", "family", "sa_family", "addr_family", "ver", "ip_ver", "ipver");

  private Addresses() {}

  /// Whether a member says the family of addresses.
  static boolean isFamily(Btf types, String name, int type) {
    return FAMILIES.contains(name.toLowerCase(Locale.ROOT))
        && types.type(types.resolve(type)) instanceof BtfType.Int number
        && number.size() <= 4;
  }

  /// How many bytes an address has room for: 4 or 16; empty where a member is none.
  static OptionalInt room(Btf types, String name, int type) {
    if (!ADDRESS.matcher(name).matches()) {
      return OptionalInt.empty();
    }
    var size =
        switch (types.type(types.resolve(type))) {
          case BtfType.Int number -> number.size();
          case BtfType.Array array
              when types.type(types.resolve(array.element())) instanceof BtfType.Int element
                  && !element.name().equals("char")
                  && array.count() <= 16 ->
              (int) array.count() * element.size();
          default -> 0;
        };
    return size == 4 || size == 16 ? OptionalInt.of(size) : OptionalInt.empty();
  }

  /// An address as text; empty where the family is none that is known here.
  ///
  /// @param name the name of the member
  /// @param family what the struct says beside it
  /// @param bytes the member
  static Optional<String> text(String name, long family, byte[] bytes) {
    var size = family == 2 || family == 4 ? 4 : family == 10 || family == 6 ? 16 : 0;
    if (size == 0) {
      return Optional.empty();
    }
    if (bytes.length < size || name.endsWith(size == 4 ? "6" : "4")) {
      return Optional.of("-");
    }
    return Optional.of(BtfValuePrinter.address(Arrays.copyOf(bytes, size)));
  }
}
