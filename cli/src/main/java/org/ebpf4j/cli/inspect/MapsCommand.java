package org.ebpf4j.cli.inspect;

import java.util.List;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.MapInfo;

/// Shows maps.
abstract class MapsCommand extends ObjectsCommand<MapInfo> {
  MapsCommand(Console console, boolean details) {
    super(console, details);
  }

  @Override
  final List<MapInfo> all(LinuxKernel kernel) {
    return kernel.maps();
  }

  @Override
  final Selection<MapInfo> selection(LinuxKernel kernel) {
    return new Selection<>(
        "map",
        MapInfo::id,
        MapInfo::name,
        _ -> "",
        path -> {
          try (var map = kernel.openMap(path)) {
            return map.id();
          }
        });
  }

  @Override
  final View<MapInfo> view() {
    return new View<>(MapsCommand::json)
        .number("ID", MapInfo::id)
        .column("TYPE", MapInfo::typeLabel)
        .wide("NAME", MapInfo::name)
        .number("KEY", MapInfo::keySize)
        .number("VALUE", MapInfo::valueSize)
        .number("MAX", MapInfo::maxEntries)
        .number("MEMORY", m -> Text.bytes(m.use().lockedBytes()))
        .wide("FLAGS", m -> String.join(",", m.flagLabels()))
        .detail("FROZEN", m -> m.use().frozen() ? "yes" : "")
        .detail("BTF", m -> Text.id(m.types().btfId()))
        .detail("OWNER", MapsCommand::owner)
        .detail("EXTRA", m -> m.extra() == 0 ? "" : "0x" + Long.toHexString(m.extra()))
        .detail("DEVICE", m -> Text.id(m.device()));
  }

  private static String owner(MapInfo map) {
    var owner = map.use().ownerType();
    return owner.isEmpty()
        ? ""
        : type(owner.getAsInt()) + (map.use().ownerJited() ? ", jited" : ", interpreted");
  }

  private static String type(int number) {
    return ProgramType.of(number).map(ProgramType::label).orElse("type " + number);
  }

  private static void json(Json.Fields json, MapInfo map) {
    var owner = map.use().ownerType();
    json.put("id", map.id())
        .put("type", map.typeLabel())
        .put("type_number", map.type())
        .put("name", map.name())
        .put("key_size", map.keySize())
        .put("value_size", map.valueSize())
        .put("max_entries", map.maxEntries())
        .putStrings("flags", map.flagLabels())
        .put("flags_number", Integer.toUnsignedLong(map.flags()))
        .putOptional("bytes_locked", map.use().lockedBytes())
        .put("frozen", map.use().frozen())
        .putOptional("btf_id", ProgramsCommand.known(map.types().btfId()))
        .putOptional("key_type_id", ProgramsCommand.known(map.types().keyType()))
        .putOptional("value_type_id", ProgramsCommand.known(map.types().valueType()))
        .put("extra", map.extra())
        .putOptional("device", ProgramsCommand.known(map.device()))
        .put("owner_type", owner.isEmpty() ? null : type(owner.getAsInt()));
  }
}
