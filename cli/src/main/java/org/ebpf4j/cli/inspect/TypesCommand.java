package org.ebpf4j.cli.inspect;

import java.util.List;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.BtfInfo;

/// Shows types.
abstract class TypesCommand extends ObjectsCommand<BtfInfo> {
  TypesCommand(Console console, boolean details) {
    super(console, details);
  }

  @Override
  final List<BtfInfo> all(LinuxKernel kernel) {
    return kernel.types();
  }

  @Override
  final Selection<BtfInfo> selection(LinuxKernel kernel) {
    return new Selection<>(
        "BTF",
        BtfInfo::id,
        BtfInfo::name,
        _ -> "",
        path -> {
          throw new UsageException(path + ": BTF cannot be pinned");
        });
  }

  @Override
  final View<BtfInfo> view() {
    return new View<BtfInfo>((json, types) ->
        json.put("id", types.id())
            .put("name", types.name())
            .put("kernel", types.kernel())
            .put("size", types.size()))
        .number("ID", BtfInfo::id)
        .wide("NAME", BtfInfo::name)
        .column("OF", types -> types.kernel() ? "kernel" : "user")
        .number("BYTES", BtfInfo::size);
  }
}
