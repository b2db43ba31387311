package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.ebpf4j.binary.Glob;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.PermissionException;

/// The functions of the kernel and its modules that ftrace can stop in, as tracefs lists them, with
/// their addresses where it knows those (since 6.5). Some 60,000; read once for all who ask, until
/// a module comes or goes, and kept as bytes.
public final class TraceableFunctions {
  /// One of them.
  ///
  /// @param module empty for the kernel itself
  /// @param address where ftrace stops in it; 0 where the kernel does not tell
  public record Function(String name, String module, long address) {}

  /// @param modules what is loaded, when it was read
  private record Known(String modules, TraceableFunctions functions) {}

  private static final Path MODULES = Path.of("/proc/modules");

  /// What ftrace has in the place of functions that were there when the kernel was linked.
  private static final byte[] INVALID = bytes("__ftrace_invalid_address___");

  private static SoftReference<Known> shared = new SoftReference<>(null);

  private final byte[] text;
  private final boolean hasAddresses;

  private TraceableFunctions(byte[] text, boolean hasAddresses) {
    this.text = text;
    this.hasAddresses = hasAddresses;
  }

  /// Those of the running kernel.
  ///
  /// @param purpose what they are wanted for, as the subject of a sentence
  /// @throws org.ebpf4j.error.BpfException where tracefs is not there, or may not be read
  public static synchronized TraceableFunctions running(String purpose) {
    var modules = modules();
    var known = shared.get();
    if (known == null || !known.modules.equals(modules)) {
      known = new Known(modules, read(purpose));
      shared = new SoftReference<>(known);
    }
    return known.functions;
  }

  /// The modules with their sizes and addresses, without what changes while they are used.
  private static String modules() {
    var text = new StringBuilder();
    for (var line : ProcFile.lines(MODULES.toString())) {
      var fields = line.split(" ");
      text.append(fields[0]).append(' ').append(fields[fields.length - 1]).append('\n');
    }
    return text.toString();
  }

  private static TraceableFunctions read(String purpose) {
    try (var tracefs = Tracefs.find(purpose)) {
      var withAddresses = tracefs.root().resolve("available_filter_functions_addrs");
      try {
        return new TraceableFunctions(Files.readAllBytes(withAddresses), true);
      } catch (IOException _) {
        // Kernels before 6.5 have no such file; who may not see addresses may see the names.
        return read(tracefs, tracefs.root().resolve("available_filter_functions"), purpose);
      }
    }
  }

  private static TraceableFunctions read(Tracefs tracefs, Path file, String purpose) {
    try {
      return new TraceableFunctions(Files.readAllBytes(file), false);
    } catch (NoSuchFileException _) {
      // A kernel without ftrace.
      return new TraceableFunctions(new byte[0], false);
    } catch (IOException e) {
      var error = FileError.of(tracefs.shown(file), "read", e);
      throw error instanceof PermissionException refused
          ? Refusal.ofFile(purpose, file, refused.errno(), false)
          : error;
    }
  }

  /// Those in a text of lines such as `nf_ct_get [nf_conntrack]`, before which addresses may be.
  static TraceableFunctions of(String text, boolean hasAddresses) {
    return new TraceableFunctions(bytes(text), hasAddresses);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Whether the kernel tells their addresses.
  public boolean hasAddresses() {
    return hasAddresses;
  }

  /// Whether there are any.
  public boolean isEmpty() {
    return text.length == 0;
  }

  /// The functions whose names a pattern fits, in the order of the kernel's list.
  ///
  /// @param pattern a name, in which `*` is any text and `?` one character
  /// @param module the only module; empty for the kernel and every module
  public List<Function> matching(String pattern, String module) {
    var glob = new Glob(pattern);
    var each = new Name(text);
    var wanted = bytes(module);
    var found = new ArrayList<Function>();
    lines((name, end, stop) -> {
      if (glob.matches(each.at(name, end)) && (wanted.length == 0 || isModule(wanted, end, stop))) {
        found.add(function(name, end, stop));
      }
      return true;
    });
    return found;
  }

  /// Whether there is a function of that name.
  public boolean contains(String name) {
    var wanted = bytes(name);
    return !lines((from, end, _) -> !Arrays.equals(text, from, end, wanted, 0, wanted.length));
  }

  /// The names of those that fit.
  public Set<String> names(Predicate<String> filter) {
    var names = new LinkedHashSet<String>();
    lines((name, end, _) -> {
      var function = new String(text, name, end - name, StandardCharsets.ISO_8859_1);
      if (filter.test(function)) {
        names.add(function);
      }
      return true;
    });
    return names;
  }

  /// A part of the text as characters.
  private static final class Name implements CharSequence {
    private final byte[] text;
    private int from;
    private int to;

    Name(byte[] text) {
      this.text = text;
    }

    Name at(int start, int end) {
      from = start;
      to = end;
      return this;
    }

    @Override
    public int length() {
      return to - from;
    }

    @Override
    public char charAt(int index) {
      return (char) Byte.toUnsignedInt(text[from + index]);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return toString().subSequence(start, end);
    }

    @Override
    public String toString() {
      return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
  }

  private interface Line {
    /// A line: its name is from `name` to before `end`, what follows that to before `stop`.
    ///
    /// @return whether to go on
    boolean at(int name, int end, int stop);
  }

  /// @return whether all lines were seen
  private boolean lines(Line action) {
    for (int at = 0; at < text.length; at++) {
      var name = hasAddresses ? index(' ', at) + 1 : at;
      if (name >= text.length) {
        break;
      }
      var stop = index('\n', name);
      var end = Math.min(stop, index(' ', name));
      if (!startsWith(INVALID, name) && !action.at(name, end, stop)) {
        return false;
      }
      at = stop;
    }
    return true;
  }

  private int index(char wanted, int from) {
    var at = from;
    while (at < text.length && text[at] != wanted && text[at] != '\n') {
      at++;
    }
    return at;
  }

  private boolean startsWith(byte[] prefix, int at) {
    return at + prefix.length <= text.length
        && Arrays.equals(text, at, at + prefix.length, prefix, 0, prefix.length);
  }

  /// What follows a name is such as ` [nf_conntrack]`.
  private boolean isModule(byte[] module, int end, int stop) {
    return stop - end == module.length + 3
        && Arrays.equals(text, end + 2, stop - 1, module, 0, module.length);
  }

  private Function function(int name, int end, int stop) {
    var module =
        stop - end > 3
            ? new String(text, end + 2, stop - end - 3, StandardCharsets.ISO_8859_1)
            : "";
    return new Function(
        new String(text, name, end - name, StandardCharsets.ISO_8859_1), module, address(name));
  }

  /// The hexadecimal number before a name; 0 without.
  private long address(int name) {
    if (!hasAddresses) {
      return 0;
    }
    var address = 0L;
    var shift = 0;
    for (int i = name - 2; i >= 0 && text[i] != '\n'; i--, shift += 4) {
      address |= (long) Character.digit(text[i], 16) << shift;
    }
    return address;
  }
}
