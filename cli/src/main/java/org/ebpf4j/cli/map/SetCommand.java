package org.ebpf4j.cli.map;

import java.util.List;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map set`.
@Command(
    name = "set",
    mixinStandardHelpOptions = true,
    header = "Write an entry of a map.",
    description = {
      "Writes the value of a key, and says what it was before. Members of the value that are not"
          + " given stay as they are, and are 0 in a new entry.",
      "In a per-CPU map value.x is that of all CPUs, cpu2.x that of one. In a map of maps the value"
          + " is a map, in an array of programs a program: an id, a name or a pin."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map set 12 pid=7 value.hits=1",
      "  ebpf4j map set counts 7 100 --only-new",
      "  ebpf4j map set /sys/fs/bpf/routes key=10.0.0.0/8 value=3 --dry-run",
      "  ebpf4j map set 12 key hex 07 00 00 00 value hex 01 00 00 00"
    })
public final class SetCommand extends EntryCommand {
  @Option(names = "--only-new", description = "Only where the key is not there yet.")
  private boolean onlyNew;

  @Option(names = "--only-existing", description = "Only where the key is there.")
  private boolean onlyExisting;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  public SetCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--only-new" -> onlyNew = value.flag(onlyNew);
      case "--only-existing" -> onlyExisting = value.flag(onlyExisting);
      case "--dry-run" -> dryRun = value.flag(dryRun);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  int run(Content content, List<String> rest) {
    content.checkKeys();
    if (onlyNew && onlyExisting) {
      throw new UsageException("--only-new and --only-existing leave nothing to write");
    }
    if (isOf(content, MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS, MapType.PROG_ARRAY)) {
      return object(content, rest);
    }
    var words = EntryWords.read(content, rest);
    var key = words.key();
    if (!words.hasValue()) {
      throw new UsageException(
          "the value is missing: "
              + (content.value().members().isEmpty()
                  ? "value=…"
                  : "value." + String.join("=… value.", content.value().members()) + "=…"));
    }
    var before = content.map().lookup(key);
    if (onlyNew && before.isPresent()) {
      throw new BpfException(
          content.what() + " has an entry " + content.line(key, before.get()) + " (--only-new)");
    }
    if (onlyExisting && before.isEmpty()) {
      throw new BpfException(
          content.what() + " has no entry " + content.keyText(key) + " (--only-existing)");
    }
    var after = words.value(before.orElseGet(() -> new byte[content.map().valueSize()]));
    if (!dryRun) {
      content
          .map()
          .update(key, after, onlyNew ? Update.NO_EXIST : onlyExisting ? Update.EXIST : Update.ANY);
    }
    say(
        (dryRun ? "would set " : "set ")
            + content.what()
            + ": "
            + content.line(key, after)
            + before.map(b -> " (was " + content.text(b) + ")").orElse(" (new)"),
        json ->
            json.put("action", "set")
                .put("dry_run", dryRun)
                .put("map_id", content.map().id())
                .putJson("key", content.key().json(key, 0))
                .putJson("before", before.map(content::valueJson).orElse("null"))
                .putJson("after", content.valueJson(after)));
    return 0;
  }

  private static boolean isOf(Content content, MapType... types) {
    for (var type : types) {
      if (content.map().type() == type.number()) {
        return true;
      }
    }
    return false;
  }

  /// The last word is the object; what is before it the key.
  private int object(Content content, List<String> rest) {
    var last = rest.isEmpty() ? "" : rest.getLast();
    var which = last.startsWith("value=") ? last.substring("value=".length()) : last;
    var words = EntryWords.read(content, rest.subList(0, Math.max(0, rest.size() - 1)));
    var key = words.key();
    var programs = isOf(content, MapType.PROG_ARRAY);
    try (var kernel = LinuxKernel.open()) {
      var id =
          programs ? Choice.program(kernel, List.of(which)) : Choice.map(kernel, List.of(which));
      var before = content.map().lookup(key).map(b -> content.value().text(b, 0));
      if (onlyNew && before.isPresent()) {
        throw new BpfException(content.what() + " has " + before.get() + " there (--only-new)");
      }
      if (!dryRun) {
        put(kernel, content, key, programs, id);
      }
      var kind = programs ? "program " : "map ";
      say(
          (dryRun ? "would set " : "set ")
              + content.what()
              + ": "
              + content.keyText(key)
              + ": "
              + kind
              + id
              + before.map(b -> " (was " + kind + b + ")").orElse(" (new)"),
          json ->
              json.put("action", "set")
                  .put("dry_run", dryRun)
                  .put("map_id", content.map().id())
                  .putJson("key", content.key().json(key, 0))
                  .putJson("before", before.orElse("null"))
                  .put("after", id));
    }
    return 0;
  }

  private void put(LinuxKernel kernel, Content content, byte[] key, boolean programs, int id) {
    var mode = onlyExisting ? Update.EXIST : Update.ANY;
    if (programs) {
      try (var program = kernel.openProgram(id)) {
        content.map().update(key, number(program.fd()), mode);
      }
    } else {
      try (var map = kernel.openMap(id)) {
        content.map().update(key, number(map.fd()), mode);
      }
    }
  }

  private static byte[] number(int fd) {
    return java.nio.ByteBuffer.allocate(4)
        .order(java.nio.ByteOrder.nativeOrder())
        .putInt(fd)
        .array();
  }
}
