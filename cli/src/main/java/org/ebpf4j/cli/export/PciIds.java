package org.ebpf4j.cli.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;

/// The names of PCI vendors, devices and classes, from the file that Linux distributions keep of
/// them (`pci.ids`), read when one is first asked for. Where there is no such file, there are no
/// names.
///
/// A line of the file is a vendor's number (four hexadecimal digits) and name; after a tab, one of
/// its devices; after two, a part that this passes over. `C`, a space and two digits start a class,
/// whose subclasses follow in the same way.
final class PciIds {
  /// Where distributions have it.
  static final List<Path> USUAL =
      List.of(
          Path.of("/usr/share/misc/pci.ids"),
          Path.of("/usr/share/hwdata/pci.ids"),
          Path.of("/usr/share/pci.ids"));

  private static final HexFormat HEX = HexFormat.of();

  /// @param vendors by number
  /// @param devices by the vendor's number, shifted by 16, and their own
  /// @param classes by number
  /// @param subclasses by the class's number, shifted by 8, and their own
  private record Names(
      Map<Long, String> vendors,
      Map<Long, String> devices,
      Map<Long, String> classes,
      Map<Long, String> subclasses) {}

  private final List<Path> files;
  private @Nullable Names names;

  /// @param files where the file may be; the first that exists is read
  PciIds(List<Path> files) {
    this.files = files;
  }

  /// Whether there is no file of names, or none in it.
  boolean isEmpty() {
    return names().vendors.isEmpty();
  }

  Optional<String> vendor(long number) {
    return Optional.ofNullable(names().vendors.get(number));
  }

  Optional<String> device(long vendorAndDevice) {
    return Optional.ofNullable(names().devices.get(vendorAndDevice));
  }

  Optional<String> category(long number) {
    return Optional.ofNullable(names().classes.get(number));
  }

  Optional<String> subclass(long classAndSubclass) {
    return Optional.ofNullable(names().subclasses.get(classAndSubclass));
  }

  private synchronized Names names() {
    var known = names;
    if (known == null) {
      known = new Names(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
      var file = files.stream().filter(Files::isReadable).findFirst();
      if (file.isPresent()) {
        read(file.get(), known);
      }
      names = known;
    }
    return known;
  }

  private static void read(Path file, Names names) {
    var owner = -1L;
    var ofClass = false;
    try (var reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (var raw = reader.readLine(); raw != null; raw = reader.readLine()) {
        // The file is UTF-8; what is not must not end the reading.
        var line = new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (line.startsWith("C ")) {
          ofClass = true;
          owner = add(line, 2, 2, 0, names.classes);
        } else if (line.startsWith("\t") && !line.startsWith("\t\t")) {
          if (owner >= 0) {
            add(
                line,
                1,
                ofClass ? 2 : 4,
                owner << (ofClass ? 8 : 16),
                ofClass ? names.subclasses : names.devices);
          }
        } else if (!line.isEmpty() && line.charAt(0) != '\t' && line.charAt(0) != '#') {
          ofClass = false;
          owner = add(line, 0, 4, 0, names.vendors);
        }
      }
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  /// A number of so many digits and, after it, a name; the number, or -1 where it is none.
  private static long add(String line, int start, int digits, long base, Map<Long, String> names) {
    var end = start + digits;
    if (line.length() <= end
        || !line.substring(start, end).chars().allMatch(HexFormat::isHexDigit)) {
      return -1;
    }
    var number = HexFormat.fromHexDigitsToLong(line, start, end);
    names.put(base + number, line.substring(end).strip());
    return number;
  }

  /// A number as the file writes it.
  static String hexadecimal(long number, int digits) {
    return "0x" + HEX.toHexDigits(number, digits);
  }
}
