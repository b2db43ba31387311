package org.ebpf4j.cli.btf;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfListing;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.NotFoundException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j btf dump`: prints all types, or those of one name.
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    header = "Print the types of a file, a program or a map.",
    description = {
      "Prints types (BTF) as a numbered list, as C that a compiler takes, or as JSON."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j btf dump examples/hello/hello.bpf.o",
      "  ebpf4j btf dump /sys/kernel/btf/vmlinux --format c > vmlinux.h",
      "  ebpf4j btf dump map 12 --format c",
      "  ebpf4j btf dump id 7 --jsonl"
    })
public final class DumpBtfCommand implements PlainLine.Command {
  /// The forms that types are printed in.
  enum Format {
    /// A numbered list.
    RAW,
    /// C.
    C
  }

  @Parameters(
      paramLabel = "FILE|id N|prog WHICH|map WHICH",
      arity = "1..*",
      description = {
        "An object file with types, or a file of bare BTF such as /sys/kernel/btf/vmlinux; or types"
            + " that the kernel holds: by their id, those of a program, or those of a map's keys"
            + " and values."
      })
  private List<String> words = new ArrayList<>();

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(
      names = "--bpftool",
      description = "Print the JSON that bpftool -j prints, for scripts that read it.")
  private boolean bpftool;

  @Option(
      names = "--format",
      paramLabel = "raw|c",
      description = "How to print: as a numbered list (raw, the default), or as a C header (c).")
  private Format format = Format.RAW;

  @Option(
      names = "--type",
      paramLabel = "NAME",
      description = "Only the types of this name; as C, with those they need.")
  private @Nullable String only;

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = "The types that those of FILE continue: /sys/kernel/btf/vmlinux for a module.")
  private @Nullable Path base;

  private final Console console;

  public DumpBtfCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--format" -> {
        switch (value.text(format == Format.RAW ? null : format)) {
          case "c" -> format = Format.C;
          default -> {
            return false;
          }
        }
      }
      case "--bpftool" -> bpftool = value.flag(bpftool);
      case "--type" -> only = value.text(only);
      case "--base" -> base = value.path(base);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return !words.isEmpty();
  }

  @Override
  public Integer call() throws IOException {
    var out = console.out();
    var chosen = ChosenTypes.of(words, base);
    var types = chosen.types();
    var isJson = json.isJson() || bpftool;
    if (isJson && format == Format.C) {
      throw new UsageException("--format c is no JSON");
    }
    if (only != null && !isJson) {
      one(out, types, only);
    } else if (isJson) {
      var ids = chosen.ids().isEmpty() ? TypeJson.all(types) : chosen.ids();
      new TypeJson(types, bpftool)
          .print(out, only == null ? ids : ids(types, only), json.isLines());
    } else if (!chosen.ids().isEmpty()) {
      if (format == Format.C) {
        out.print(c(types, chosen.ids()));
      } else {
        chosen.ids().forEach(id -> out.print(BtfListing.type(types, id)));
      }
    } else if (format == Format.C) {
      new CDeclarations(types).writeHeader(out);
    } else {
      BtfListing.writeAll(types, out);
    }
    out.flush();
    return 0;
  }

  private void one(PrintWriter out, Btf types, String wanted) {
    var ids = ids(types, wanted);
    if (format == Format.C) {
      out.print(c(types, ids));
    } else {
      ids.forEach(id -> out.print(BtfListing.type(types, id)));
    }
  }

  private static List<Integer> ids(Btf types, String wanted) {
    var ids = new ArrayList<Integer>();
    var names = new LinkedHashSet<String>();
    for (int id = types.firstId(); id < types.typeCount(); id++) {
      var name = types.name(id);
      if (Character.isJavaIdentifierStart(name.isEmpty() ? ' ' : name.charAt(0))) {
        names.add(name);
      }
      if (name.equals(wanted)) {
        ids.add(id);
      }
    }
    if (ids.isEmpty()) {
      throw new NotFoundException("type", wanted, names);
    }
    return ids;
  }

  /// Definitions, and behind them what functions and variables have instead.
  private static String c(Btf types, List<Integer> ids) {
    var c = new CDeclarations(types);
    var text = new StringBuilder(c.definitions(ids));
    for (var id : ids) {
      switch (types.type(id)) {
        case BtfType.Function t ->
            text.append(c.declaration(t.prototype(), t.name())).append(";\n\n");
        case BtfType.Variable t -> text.append(c.declaration(t.type(), t.name())).append(";\n\n");
        default -> {}
      }
    }
    return text.toString();
  }
}
