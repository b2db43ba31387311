package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.error.FileError;

/// What the kernel calls what stands at an address, as `/proc/kallsyms` has it, which is read once.
public final class SymbolNames {
  private static final Path FILE = Path.of("/proc/kallsyms");
  private static final int NAME_AT = 19;

  private final byte[] text;

  private SymbolNames(byte[] text) {
    this.text = text;
  }

  /// Reads the file; without it there are no names.
  public static SymbolNames read() {
    if (!Files.exists(FILE)) {
      return new SymbolNames(new byte[0]);
    }
    try {
      return new SymbolNames(Files.readAllBytes(FILE));
    } catch (IOException e) {
      throw FileError.of(FILE, "read", e);
    }
  }

  /// Where a symbol of the kernel is; empty where it is not there, or hidden.
  public Optional<Long> address(String name) {
    var wanted = name.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < text.length; at = after(at)) {
      var end = nameEnd(at);
      if (end - at - NAME_AT == wanted.length && matches(at + NAME_AT, wanted)) {
        var address = address(at);
        return address == 0 ? Optional.empty() : Optional.of(address);
      }
    }
    return Optional.empty();
  }

  /// The names of what stands at addresses; of several at one address, the first.
  public Map<Long, String> names(Set<Long> addresses) {
    var names = new HashMap<Long, String>();
    if (addresses.isEmpty()) {
      return names;
    }
    for (int at = 0; at < text.length; at = after(at)) {
      var address = address(at);
      if (address != 0 && addresses.contains(address)) {
        names.putIfAbsent(
            address,
            new String(
                text, at + NAME_AT, nameEnd(at) - at - NAME_AT, StandardCharsets.ISO_8859_1));
      }
    }
    return names;
  }

  private boolean matches(int from, byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (text[from + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /// Lines are such as `ffffffff814ca650 T __bpf_call_base`, with the module behind a tab.
  private long address(int at) {
    long address = 0;
    for (int i = at; i < at + 16; i++) {
      address = (address << 4) | (Character.digit(text[i], 16) & 0xf);
    }
    return address;
  }

  private int nameEnd(int at) {
    var end = at + NAME_AT;
    while (end < text.length && text[end] != '\n' && text[end] != '\t') {
      end++;
    }
    return end;
  }

  private int after(int at) {
    var end = nameEnd(at);
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    return end + 1;
  }
}
