package org.ebpf4j.cli.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.PermissionException;
import org.jspecify.annotations.Nullable;

/// The kernel's functions by address, as `/proc/kallsyms` has them when one is first asked for. Any
/// thread may use it.
public final class KernelAddresses {
  private static final Path FILE = Path.of("/proc/kallsyms");

  /// A line with the address and the name.
  private static final Pattern NAME = Pattern.compile("(\\p{XDigit}+) . ([^\t]*)(?:\t.*)?");

  private @Nullable NavigableMap<Long, String> functions;

  /// The function that an address is in.
  public Optional<String> name(long address) {
    return Optional.ofNullable(functions().floorEntry(address)).map(Map.Entry::getValue);
  }

  /// The function that an address is in, with how far: `vfs_read+0x1c`; the address in hexadecimal
  /// where it is in none, or where the kernel hides addresses.
  public String place(long address) {
    Map.Entry<Long, String> function = null;
    try {
      function = functions().floorEntry(address);
    } catch (BpfException _) {
      // As where the kernel hides them.
    }
    return function == null
        ? "0x" + Long.toHexString(address)
        : function.getValue() + "+0x" + Long.toHexString(address - function.getKey());
  }

  /// Reads them now: that takes a part of a second, which whoever asks first would have to wait.
  public void prepare() {
    functions();
  }

  private synchronized NavigableMap<Long, String> functions() {
    var known = functions;
    if (known == null) {
      known = read();
      functions = known;
    }
    return known;
  }

  /// The address of a symbol of any kind: of the kernel itself, or else of a module.
  ///
  /// @throws BpfException where the kernel hides addresses
  /// @throws NotFoundException where there is no such symbol
  public static long address(String symbol) {
    var names = new ArrayList<String>();
    try (var lines = Files.newBufferedReader(FILE, StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var name = NAME.matcher(line);
        if (!name.matches()) {
          continue;
        }
        if (!name.group(2).equals(symbol)) {
          names.add(name.group(2));
          continue;
        }
        var address = Long.parseUnsignedLong(name.group(1), 16);
        if (address == 0) {
          throw new PermissionException(
              "read",
              Errno.EPERM,
              List.of("CAP_SYSLOG"),
              "the kernel hides the address of '"
                  + symbol
                  + "': "
                  + FILE
                  + " shows it to whoever has CAP_SYSLOG, unless kernel.kptr_restrict is 2");
        }
        return address;
      }
    } catch (IOException e) {
      throw FileError.of(FILE, "read", e);
    }
    throw new NotFoundException("symbol of the kernel", symbol, names);
  }

  private static NavigableMap<Long, String> read() {
    var found = new TreeMap<Long, String>(Long::compareUnsigned);
    try (var lines = Files.newBufferedReader(FILE, StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line, found);
      }
    } catch (IOException e) {
      throw FileError.of(FILE, "read", e);
    }
    return found;
  }

  /// A line is an address in hexadecimal, a letter for the kind, a name and perhaps a module. All
  /// addresses are zero where the kernel hides them.
  private static void add(String line, Map<Long, String> found) {
    var kind = line.indexOf(' ') + 1;
    if (kind > 0 && kind + 2 < line.length() && "tTwW".indexOf(line.charAt(kind)) >= 0) {
      var address = Long.parseUnsignedLong(line.substring(0, kind - 1), 16);
      var end = line.indexOf('\t', kind + 2);
      if (address != 0) {
        found.putIfAbsent(address, line.substring(kind + 2, end < 0 ? line.length() : end));
      }
    }
  }
}
