package org.ebpf4j.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.error.RelocationException;

/// Looks for a few names in the some 200,000 lines of `/proc/kallsyms`, and makes strings only of
/// those that may be among them. One thread at a time may use one.
public final class SymbolScan {
  private static final int CHUNK = 1 << 16;
  private static final int FILTER = 1 << 12;

  /// What compilers put behind the name of a variable that they made known to other files.
  private static final byte[] LLVM = ".llvm.".getBytes(StandardCharsets.US_ASCII);

  private final Set<String> wanted;
  private final boolean[] filter = new boolean[FILTER];
  private final Map<String, Long> found = new HashMap<>();
  private boolean anyAddress;

  /// Addresses of symbols.
  ///
  /// @param byName the address of each that was found
  /// @param hidden whether the kernel shows none to this process (`kernel.kptr_restrict`, without
  ///   `CAP_SYSLOG`), so that all are 0
  public record Addresses(Map<String, Long> byName, boolean hidden) {
    public Addresses {
      byName = Map.copyOf(byName);
    }
  }

  /// A scan for those names.
  public SymbolScan(Set<String> wanted) {
    this.wanted = wanted;
    for (var name : wanted) {
      var bytes = name.getBytes(StandardCharsets.UTF_8);
      filter[hash(bytes, 0, bytes.length) & FILTER - 1] = true;
    }
  }

  private static int hash(byte[] bytes, int from, int to) {
    var hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash ^ hash >>> 16;
  }

  /// Reads to the end. A line that does not fit into the buffer, which no symbol has, is cut into
  /// several.
  ///
  /// @throws RelocationException where one of the names stands for several addresses
  public Addresses read(InputStream stream) throws IOException {
    var buffer = new byte[CHUNK];
    var held = 0;
    for (var count = stream.read(buffer, 0, CHUNK);
        count > 0;
        count = stream.read(buffer, held, CHUNK - held)) {
      var end = held + count;
      var line = 0;
      for (int i = held; i < end; i++) {
        if (buffer[i] == '\n') {
          line(buffer, line, i);
          line = i + 1;
        }
      }
      if (line == 0 && end == CHUNK) {
        line(buffer, 0, end);
        line = end;
      }
      held = end - line;
      System.arraycopy(buffer, line, buffer, 0, held);
    }
    line(buffer, 0, held);
    return new Addresses(found, !anyAddress);
  }

  /// A line is an address in hexadecimal, a space, a letter for the kind, a space, and the name, up
  /// to white space.
  private void line(byte[] bytes, int from, int to) {
    var at = from;
    long address = 0;
    for (; at < to && Character.digit(bytes[at], 16) >= 0; at++) {
      address = address << 4 | Character.digit(bytes[at], 16);
    }
    anyAddress |= address != 0;
    var name = at + 3;
    if (at == from || name >= to || bytes[at] != ' ' || bytes[at + 2] != ' ') {
      return;
    }
    var suffix = bytes[at + 1] == 'd';
    var end = name;
    while (end < to && !isSpace(bytes[end])) {
      if (suffix && bytes[end] == '.' && isLlvm(bytes, end, to)) {
        break;
      }
      end++;
    }
    if (filter[hash(bytes, name, end) & FILTER - 1]) {
      take(new String(bytes, name, end - name, StandardCharsets.UTF_8), address);
    }
  }

  private static boolean isSpace(byte c) {
    return c >= 0 && c <= ' ';
  }

  private static boolean isLlvm(byte[] bytes, int at, int to) {
    for (int i = 0; i < LLVM.length; i++) {
      if (at + i >= to || bytes[at + i] != LLVM[i]) {
        return false;
      }
    }
    return true;
  }

  private void take(String name, long address) {
    if (!wanted.contains(name)) {
      return;
    }
    var before = found.putIfAbsent(name, address);
    if (before != null && before != address) {
      throw new RelocationException(
          name,
          "the kernel has '"
              + name
              + "' at several addresses, 0x"
              + Long.toHexString(before)
              + " and 0x"
              + Long.toHexString(address)
              + ", and which one is meant cannot be told");
    }
  }
}
