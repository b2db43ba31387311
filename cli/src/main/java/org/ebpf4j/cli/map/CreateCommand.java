package org.ebpf4j.cli.map;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.PinDirectory;
import org.ebpf4j.linux.inspect.MapFlag;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j map create`.
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    header = "Create a map, and pin it.",
    description =
        "Creates a map that its pin keeps alive. What is at the path stays; nothing is"
            + " mounted.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map create /sys/fs/bpf/counts --type hash --key 4 --value 8 --entries 1024",
      "  ebpf4j map create /sys/fs/bpf/sets --type hash_of_maps --key 4 --value 4 --entries 16"
          + " --inner 12",
      "  ebpf4j map create /sys/fs/bpf/routes --type lpm_trie --key 8 --value 4 --entries 64"
          + " --flags no_prealloc"
    })
public final class CreateCommand implements java.util.concurrent.Callable<Integer> {
  @Parameters(paramLabel = "PIN", description = "Where it is pinned, in a bpffs.")
  private @Nullable Path pin;

  @Option(names = "--type", required = true, paramLabel = "TYPE", description = "Its type.")
  private String type = "";

  @Option(names = "--key", paramLabel = "BYTES", description = "How many bytes a key has.")
  private int keySize;

  @Option(names = "--value", paramLabel = "BYTES", description = "How many bytes a value has.")
  private int valueSize;

  @Option(names = "--entries", paramLabel = "COUNT", description = "How many entries it can hold.")
  private long entries;

  @Option(names = "--name", paramLabel = "NAME", description = "Its name; that of the pin without.")
  private String name = "";

  @Option(
      names = "--flags",
      paramLabel = "NAMES",
      split = ",",
      description = "Flags between commas, such as no_prealloc or BPF_F_MMAPABLE, or numbers.")
  private List<String> flags = List.of();

  @Option(
      names = "--inner",
      paramLabel = "WHICH",
      description = "For a map of maps, a map like those that it is to hold: its id, name or pin.")
  private String inner = "";

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  private final Console console;

  public CreateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var path = java.util.Objects.requireNonNull(pin);
    PinDirectory.check(path);
    try (var kernel = LinuxKernel.open()) {
      var spec = spec(kernel, path);
      if (dryRun) {
        say("would create", spec, path, 0);
        return 0;
      }
      try (var map = kernel.createMap(spec)) {
        map.pin(path);
        say("created", spec, path, map.id());
      }
    }
    return 0;
  }

  private void say(String what, MapSpec spec, Path path, int id) {
    console
        .out()
        .println(
            json.isJson()
                ? Json.object(fields ->
                    fields
                        .put("action", "create")
                        .put("dry_run", dryRun)
                        .putOptional(
                            "map_id",
                            id == 0
                                ? java.util.OptionalLong.empty()
                                : java.util.OptionalLong.of(id))
                        .put("path", path.toString()))
                : what
                    + (id == 0 ? "" : " map " + Integer.toUnsignedString(id))
                    + " '"
                    + spec.name()
                    + "' ("
                    + spec.typeLabel()
                    + ", keys of "
                    + spec.keySize()
                    + " bytes, values of "
                    + spec.valueSize()
                    + ", "
                    + spec.maxEntries()
                    + " entries), pinned at "
                    + path);
    console.out().flush();
  }

  /// Whether maps of a type hold as many entries as they are made for.
  private static boolean hasEntries(MapType type) {
    return switch (type) {
      case SK_STORAGE,
          INODE_STORAGE,
          TASK_STORAGE,
          CGRP_STORAGE,
          CGROUP_STORAGE,
          PERCPU_CGROUP_STORAGE,
          PERF_EVENT_ARRAY ->
          false;
      default -> true;
    };
  }

  private MapSpec spec(LinuxKernel kernel, Path path) {
    if (entries == 0 && hasEntries(mapType())) {
      throw new UsageException(
          switch (mapType()) {
            case RINGBUF, USER_RINGBUF ->
                "--entries is missing: the size of the ring in bytes, such as 4096";
            default -> "--entries is missing: how many entries the map can hold, at least 1";
          });
    }
    var builder =
        MapSpec.builder(name.isEmpty() ? String.valueOf(path.getFileName()) : name, mapType())
            .keySize(keySize)
            .valueSize(valueSize)
            .maxEntries(entries)
            .flags(flagBits());
    if (!inner.isEmpty()) {
      try (var map = kernel.openMap(Choice.map(kernel, List.of(inner)))) {
        var like = map.info();
        builder.inner(
            MapSpec.builder(
                    like.name(),
                    like.mapType()
                        .orElseThrow(
                            () -> new BpfException("map " + inner + " is of an unknown type")))
                .keySize(like.keySize())
                .valueSize(like.valueSize())
                .maxEntries(like.maxEntries())
                .flags(like.flags())
                .build());
      }
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  private MapType mapType() {
    var labels = Arrays.stream(MapType.values()).map(MapType::label).toList();
    return Arrays.stream(MapType.values())
        .filter(t -> t.label().equals(type.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new NotFoundException("type of maps", type, labels));
  }

  private int flagBits() {
    var bits = 0;
    for (var flag : flags) {
      if (flag.matches("0x[0-9a-fA-F]{1,8}|[0-9]{1,9}")) {
        bits |=
            flag.startsWith("0x")
                ? Integer.parseUnsignedInt(flag.substring(2), 16)
                : Integer.parseInt(flag);
        continue;
      }
      var wanted = flag.toUpperCase(Locale.ROOT).replaceFirst("^BPF_F_", "");
      bits |=
          Arrays.stream(MapFlag.values())
              .filter(f -> f.name().equals(wanted))
              .findFirst()
              .orElseThrow(() ->
                  new NotFoundException(
                      "flag of maps",
                      flag,
                      Arrays.stream(MapFlag.values())
                          .map(f -> f.name().toLowerCase(Locale.ROOT))
                          .toList()))
              .number();
    }
    return bits;
  }
}
