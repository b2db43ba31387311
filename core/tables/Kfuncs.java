import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Makes `kfuncs.tsv` of the sources of kernels: the functions that programs call by name, with
/// what the verifier is told of each. Run as
///
/// ```
/// java core/tables/Kfuncs.java 6.1=DIR 6.12=DIR 7.3=DIR > core/src/main/resources/org/ebpf4j/insn/kfuncs.tsv
/// ```
///
/// where each DIR is an unpacked `linux-source` of Debian, in the order of the versions. What is
/// read: the sets between `BTF_KFUNCS_START` (before 6.9 `BTF_SET8_START`) and their end, the
/// `struct btf_kfunc_id_set` that name them, the calls that register those for a type of program,
/// and the definitions of the functions.
public final class Kfuncs {
  private static final Pattern SET =
      Pattern.compile(
          "BTF_(?:KFUNCS|SET8)_START\\((\\w+)\\)(.*?)BTF_(?:KFUNCS|SET8)_END\\(\\1\\)",
          Pattern.DOTALL);
  private static final Pattern FUNCTION =
      Pattern.compile("BTF_ID_FLAGS\\(func,\\s*(\\w+)\\s*(?:,([^)]*))?\\)");
  private static final Pattern HOLDER =
      Pattern.compile("struct btf_kfunc_id_set (\\w+)\\s*=\\s*\\{(.*?)\\};", Pattern.DOTALL);
  private static final Pattern NAMED_SET = Pattern.compile("\\.set\\s*=\\s*&(\\w+)");
  private static final Pattern REGISTERED =
      Pattern.compile("register_btf_kfunc_id_set\\(\\s*BPF_PROG_TYPE_(\\w+),\\s*&(\\w+)\\)");
  private static final List<String> FOLDERS =
      List.of("kernel", "net", "fs", "mm", "io_uring", "drivers/hid/bpf", "drivers/base/power");

  private record Function(Set<String> flags, Set<String> types, String prototype) {}

  private record Row(List<String> kernels, Function function) {}

  private Kfuncs() {}

  public static void main(String[] words) throws IOException {
    var rows = new TreeMap<String, List<Row>>();
    for (var word : words) {
      var at = word.indexOf('=');
      var version = word.substring(0, at);
      read(Path.of(word.substring(at + 1)))
          .forEach((name, function) -> {
            var of = rows.computeIfAbsent(name, _ -> new ArrayList<>());
            if (!of.isEmpty() && of.getLast().function().equals(function)) {
              of.getLast().kernels().add(version);
            } else {
              of.add(new Row(new ArrayList<>(List.of(version)), function));
            }
          });
    }
    System.out.print(
        """
        # The functions of kernels that programs call by name (kfuncs). Made by core/tables/Kfuncs.java of Debian's linux-source packages.
        # kernels: those of the sources that say the same of it; flags: KF_* of BTF_ID_FLAGS, and 'filtered' where a function of the kernel decides which programs may call it;
        # types: the program types whose programs may call it, '*' for all; prototype: of the definition in C, '?' where it is made by a macro
        # name	kernels	flags	types	prototype
        """);
    rows.forEach((name, of) -> {
      for (var row : of) {
        System.out.println(
            String.join(
                "\t",
                name,
                String.join(",", row.kernels()),
                String.join(",", row.function().flags()),
                String.join(",", row.function().types()),
                row.function().prototype()));
      }
    });
  }

  private static Map<String, Function> read(Path root) throws IOException {
    var all = new TreeMap<String, Function>();
    // Since 7.0 each function wants trusted arguments, and no flag says so.
    var trusted =
        !Files.readString(root.resolve("include/linux/btf.h")).contains("define KF_TRUSTED_ARGS");
    for (var folder : FOLDERS) {
      if (!Files.isDirectory(root.resolve(folder))) {
        continue;
      }
      try (var files = Files.walk(root.resolve(folder))) {
        for (var file : files.filter(f -> f.toString().endsWith(".c")).sorted().toList()) {
          var text = Files.readString(file, StandardCharsets.ISO_8859_1);
          if (text.contains("BTF_ID_FLAGS(func")) {
            add(text, root, trusted, all);
          }
        }
      }
    }
    return all;
  }

  private static void add(String text, Path root, boolean trusted, Map<String, Function> all)
      throws IOException {
    var types = new LinkedHashMap<String, Set<String>>();
    var filtered = new LinkedHashSet<String>();
    var holders = HOLDER.matcher(text);
    while (holders.find()) {
      var set = NAMED_SET.matcher(holders.group(2));
      if (!set.find()) {
        continue;
      }
      var of = types.computeIfAbsent(set.group(1), _ -> new TreeSet<>());
      if (holders.group(2).contains(".filter")) {
        filtered.add(set.group(1));
      }
      var registered = REGISTERED.matcher(text);
      while (registered.find()) {
        if (registered.group(2).equals(holders.group(1))) {
          of.add(registered.group(1).equals("UNSPEC") ? "*" : registered.group(1).toLowerCase());
        }
      }
    }
    // Sets that other files register, and those of types that have their own way.
    var sets = SET.matcher(text);
    while (sets.find()) {
      var of = types.getOrDefault(sets.group(1), Set.of());
      if (of.isEmpty()) {
        continue;
      }
      var functions = FUNCTION.matcher(sets.group(2));
      while (functions.find()) {
        if (functions.group(1).equals("name")) {
          continue; // a macro's parameter
        }
        var flags = new TreeSet<String>();
        if (functions.group(2) != null) {
          for (var flag : functions.group(2).split("\\|")) {
            flags.add(flag.strip().replace("KF_", "").toLowerCase());
          }
        }
        if (trusted) {
          flags.add("trusted_args");
        }
        if (filtered.contains(sets.group(1))) {
          flags.add("filtered");
        }
        var merged = new TreeSet<>(of);
        var before = all.get(functions.group(1));
        if (before != null) {
          merged.addAll(before.types());
          flags.addAll(before.flags());
        }
        all.put(
            functions.group(1),
            new Function(flags, merged, prototype(text, functions.group(1), root)));
      }
    }
  }

  /// The definition of a function: in the same file or in one of the folder's.
  private static String prototype(String text, String name, Path root) throws IOException {
    var found = definition(text, name);
    if (!found.equals("?")) {
      return found;
    }
    for (var folder : FOLDERS) {
      if (!Files.isDirectory(root.resolve(folder))) {
        continue;
      }
      try (var files = Files.walk(root.resolve(folder))) {
        for (var file : files.filter(f -> f.toString().endsWith(".c")).sorted().toList()) {
          var other = Files.readString(file, StandardCharsets.ISO_8859_1);
          if (other.contains(name + "(")) {
            found = definition(other, name);
            if (!found.equals("?")) {
              return found;
            }
          }
        }
      }
    }
    return "?";
  }

  private static String definition(String text, String name) {
    var matcher =
        Pattern.compile(
                "(?m)^([a-zA-Z_][\\w \\t*\\n]*?[\\s*])"
                    + name
                    + "\\s*\\(((?:[^;{()]|\\([^;{()]*\\))*)\\)\\s*\\{")
            .matcher(text);
    if (!matcher.find()) {
      return "?";
    }
    var result =
        matcher
            .group(1)
            .replaceAll("\\b(__bpf_kfunc|noinline|static|notrace|inline|__used|__weak)\\b", " ");
    return (result + name + "(" + matcher.group(2) + ")")
        .replaceAll("\\s+", " ")
        .replace("( ", "(")
        .replace("* ", "*")
        .strip();
  }
}
