package org.ebpf4j.cli.inspect;

import java.util.List;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.listing.Choice;
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
    return Choice.ofMaps(kernel);
  }

  @Override
  final String pinnedAs() {
    return "map";
  }

  @Override
  final View<MapInfo> view() {
    return new View<MapInfo>(this::json)
        .bpftool(this::bpftool)
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
        .detail("DEVICE", m -> Text.id(m.device()))
        .detail("PROCESSES", m -> processes(m.id()))
        .detail("PINS", m -> String.join(",", pins(m.id())));
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

  private void json(Json.Fields json, MapInfo map) {
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
    putAsked(json, map.id());
  }

  private void bpftool(Json.Fields json, MapInfo map) {
    json.put("id", map.id());
    if (map.mapType().isPresent()) {
      json.put("type", map.typeLabel());
    } else {
      json.put("type", map.type());
    }
    if (!map.name().isEmpty()) {
      json.put("name", map.name());
    }
    json.put("flags", map.flags())
        .put("bytes_key", map.keySize())
        .put("bytes_value", map.valueSize())
        .put("max_entries", map.maxEntries());
    map.use().lockedBytes().ifPresent(bytes -> json.put("bytes_memlock", bytes));
    map.use()
        .ownerType()
        .ifPresent(type -> {
          json.put("owner_prog_type", type(type));
          json.put("owner_jited", map.use().ownerJited());
        });
    json.put("frozen", map.use().frozen() ? 1 : 0);
    if (map.types().btfId() != 0) {
      json.put("btf_id", map.types().btfId());
    }
    if (wantsPins()) {
      json.putStrings("pinned", pins(map.id()));
    }
  }
}
