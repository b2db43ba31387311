package org.ebpf4j.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.ebpf4j.cli.attach.AttachCommand;
import org.ebpf4j.cli.attach.AttachProgramCommand;
import org.ebpf4j.cli.btf.BtfCommand;
import org.ebpf4j.cli.btf.DumpBtfCommand;
import org.ebpf4j.cli.btf.MinimalBtfCommand;
import org.ebpf4j.cli.code.DumpProgramCommand;
import org.ebpf4j.cli.export.ExportCommand;
import org.ebpf4j.cli.inspect.CgroupCommand;
import org.ebpf4j.cli.inspect.DetachLinkCommand;
import org.ebpf4j.cli.inspect.ListBtfCommand;
import org.ebpf4j.cli.inspect.ListLinksCommand;
import org.ebpf4j.cli.inspect.ListMapsCommand;
import org.ebpf4j.cli.inspect.ListProgramsCommand;
import org.ebpf4j.cli.inspect.MapCommand;
import org.ebpf4j.cli.inspect.NetCommand;
import org.ebpf4j.cli.inspect.PerfCommand;
import org.ebpf4j.cli.inspect.PinLinkCommand;
import org.ebpf4j.cli.inspect.PinProgramCommand;
import org.ebpf4j.cli.inspect.ProgCommand;
import org.ebpf4j.cli.inspect.ShowCgroupCommand;
import org.ebpf4j.cli.inspect.ShowLinksCommand;
import org.ebpf4j.cli.inspect.ShowMapsCommand;
import org.ebpf4j.cli.inspect.ShowProgramsCommand;
import org.ebpf4j.cli.inspect.TreeCgroupCommand;
import org.ebpf4j.cli.machine.CatIteratorCommand;
import org.ebpf4j.cli.machine.DoctorCommand;
import org.ebpf4j.cli.machine.DumpStructOpsCommand;
import org.ebpf4j.cli.machine.FeatureCommand;
import org.ebpf4j.cli.machine.FeatureDiffCommand;
import org.ebpf4j.cli.machine.IterCommand;
import org.ebpf4j.cli.machine.ListIteratorsCommand;
import org.ebpf4j.cli.machine.ListPinsCommand;
import org.ebpf4j.cli.machine.ListStructOpsCommand;
import org.ebpf4j.cli.machine.ListTokensCommand;
import org.ebpf4j.cli.machine.OffStatsCommand;
import org.ebpf4j.cli.machine.OnStatsCommand;
import org.ebpf4j.cli.machine.PinCommand;
import org.ebpf4j.cli.machine.RemovePinCommand;
import org.ebpf4j.cli.machine.ShowStatsCommand;
import org.ebpf4j.cli.machine.StatsCommand;
import org.ebpf4j.cli.machine.StructOpsCommand;
import org.ebpf4j.cli.machine.TokenCommand;
import org.ebpf4j.cli.machine.UnpinCommand;
import org.ebpf4j.cli.map.CountCommand;
import org.ebpf4j.cli.map.CreateCommand;
import org.ebpf4j.cli.map.DeleteCommand;
import org.ebpf4j.cli.map.DiffCommand;
import org.ebpf4j.cli.map.DumpMapCommand;
import org.ebpf4j.cli.map.ExportMapCommand;
import org.ebpf4j.cli.map.FreezeCommand;
import org.ebpf4j.cli.map.GetCommand;
import org.ebpf4j.cli.map.ImportMapCommand;
import org.ebpf4j.cli.map.PinMapCommand;
import org.ebpf4j.cli.map.PopCommand;
import org.ebpf4j.cli.map.PushCommand;
import org.ebpf4j.cli.map.SetCommand;
import org.ebpf4j.cli.map.WatchCommand;
import org.ebpf4j.cli.object.DisasmCommand;
import org.ebpf4j.cli.object.GenerateCommand;
import org.ebpf4j.cli.object.LinkCommand;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.reference.DetachProgramCommand;
import org.ebpf4j.cli.reference.TreeCommand;
import org.ebpf4j.cli.reference.WhyCommand;
import org.ebpf4j.cli.run.LoadCommand;
import org.ebpf4j.cli.run.RunCommand;
import org.ebpf4j.cli.shell.CompletionCommand;
import org.ebpf4j.cli.shell.HelpCommand;
import org.ebpf4j.cli.shell.ManCommand;
import org.ebpf4j.cli.shell.SchemaCommand;
import org.ebpf4j.cli.top.TopCommand;
import org.ebpf4j.cli.verify.VerifyCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// All commands, and the two ways to read a line into one: plainly, or by picocli.
///
/// @param console where they print
/// @param main the command above all
record Commands(Console console, Main main) {

  /// A command: its words, and how one is made.
  private record Entry(String name, BiFunction<Console, Main, Object> make) {
    boolean begins(String... args) {
      return args.length > 0 && args[0].equals(first());
    }

    /// The first of its words.
    String first() {
      var space = name.indexOf(' ');
      return space < 0 ? name : name.substring(0, space);
    }
  }

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("run", (console, _) -> new RunCommand(console)),
          new Entry("load", (console, _) -> new LoadCommand(console)),
          new Entry("unpin", (console, _) -> new UnpinCommand(console)),
          new Entry("attach", (_, _) -> new AttachCommand()),
          new Entry("export", (_, _) -> new ExportCommand()),
          new Entry("verify", VerifyCommand::new),
          new Entry("disasm", (console, _) -> new DisasmCommand(console)),
          new Entry("generate", (console, _) -> new GenerateCommand(console)),
          new Entry("link", (console, _) -> new LinkCommand(console)),
          new Entry("link list", (console, _) -> new ListLinksCommand(console)),
          new Entry("link show", (console, _) -> new ShowLinksCommand(console)),
          new Entry("link detach", (console, _) -> new DetachLinkCommand(console)),
          new Entry("link pin", (console, _) -> new PinLinkCommand(console)),
          new Entry("net", (console, _) -> new NetCommand(console)),
          new Entry("cgroup", (_, _) -> new CgroupCommand()),
          new Entry("cgroup show", (console, _) -> new ShowCgroupCommand(console)),
          new Entry("cgroup tree", (console, _) -> new TreeCgroupCommand(console)),
          new Entry("perf", (console, _) -> new PerfCommand(console)),
          new Entry("prog", (_, _) -> new ProgCommand()),
          new Entry("prog list", (console, _) -> new ListProgramsCommand(console)),
          new Entry("prog show", (console, _) -> new ShowProgramsCommand(console)),
          new Entry("prog dump", (console, _) -> new DumpProgramCommand(console)),
          new Entry("prog pin", (console, _) -> new PinProgramCommand(console)),
          new Entry("prog attach", (console, _) -> new AttachProgramCommand(console)),
          new Entry("prog detach", (console, _) -> new DetachProgramCommand(console)),
          new Entry("map", (_, _) -> new MapCommand()),
          new Entry("map list", (console, _) -> new ListMapsCommand(console)),
          new Entry("map show", (console, _) -> new ShowMapsCommand(console)),
          new Entry("map get", (console, _) -> new GetCommand(console)),
          new Entry("map set", (console, _) -> new SetCommand(console)),
          new Entry("map del", (console, _) -> new DeleteCommand(console)),
          new Entry("map push", (console, _) -> new PushCommand(console)),
          new Entry("map pop", (console, _) -> new PopCommand(console)),
          new Entry("map dump", (console, _) -> new DumpMapCommand(console)),
          new Entry("map count", (console, _) -> new CountCommand(console)),
          new Entry("map diff", (console, _) -> new DiffCommand(console)),
          new Entry("map watch", (console, _) -> new WatchCommand(console)),
          new Entry("map export", (console, _) -> new ExportMapCommand(console)),
          new Entry("map import", (console, _) -> new ImportMapCommand(console)),
          new Entry("map create", (console, _) -> new CreateCommand(console)),
          new Entry("map freeze", (console, _) -> new FreezeCommand(console)),
          new Entry("map pin", (console, _) -> new PinMapCommand(console)),
          new Entry("btf", (_, _) -> new BtfCommand()),
          new Entry("btf list", (console, _) -> new ListBtfCommand(console)),
          new Entry("btf dump", (console, _) -> new DumpBtfCommand(console)),
          new Entry("btf min", (console, _) -> new MinimalBtfCommand(console)),
          new Entry("pin", (_, _) -> new PinCommand()),
          new Entry("pin list", (console, _) -> new ListPinsCommand(console)),
          new Entry("pin rm", (console, _) -> new RemovePinCommand(console)),
          new Entry("stats", (_, _) -> new StatsCommand()),
          new Entry("stats show", (console, _) -> new ShowStatsCommand(console)),
          new Entry("stats on", (console, _) -> new OnStatsCommand(console)),
          new Entry("stats off", (console, _) -> new OffStatsCommand(console)),
          new Entry("iter", (_, _) -> new IterCommand()),
          new Entry("iter list", (console, _) -> new ListIteratorsCommand(console)),
          new Entry("iter cat", (console, _) -> new CatIteratorCommand(console)),
          new Entry("struct_ops", (_, _) -> new StructOpsCommand()),
          new Entry("struct_ops list", (console, _) -> new ListStructOpsCommand(console)),
          new Entry("struct_ops dump", (console, _) -> new DumpStructOpsCommand(console)),
          new Entry("token", (_, _) -> new TokenCommand()),
          new Entry("token list", (console, _) -> new ListTokensCommand(console)),
          new Entry("why", (console, _) -> new WhyCommand(console)),
          new Entry("tree", (console, _) -> new TreeCommand(console)),
          new Entry("top", (console, _) -> new TopCommand(console, WhyCommand::printProgram)),
          new Entry("doctor", (console, _) -> new DoctorCommand(console)),
          new Entry("feature", (console, _) -> new FeatureCommand(console)),
          new Entry("feature diff", (console, _) -> new FeatureDiffCommand(console)),
          new Entry("completion", (console, _) -> new CompletionCommand(console)),
          new Entry("schema", (console, _) -> new SchemaCommand(console)),
          new Entry(
              "help",
              (console, main) ->
                  new HelpCommand(console, () -> new Commands(console, main).line())),
          new Entry(
              "man",
              (console, main) ->
                  new ManCommand(console, () -> new Commands(console, main).line(), Main.VERSION)));

  /// The command of a line in plain form, ready to be called; null where the line is not plain.
  PlainLine.@Nullable Command plain(String... args) {
    var entry = entry(args);
    if (entry == null
        || !(entry.make().apply(console, main) instanceof PlainLine.Command command)) {
      return null;
    }
    var words =
        Arrays.asList(args).subList(entry.name().equals(entry.first()) ? 1 : 2, args.length);
    return PlainLine.read(words, command) ? command : null;
  }

  /// The name of the command that a line begins with; empty where it begins with none.
  String name(String... args) {
    var entry = entry(args);
    return entry == null ? "" : entry.name();
  }

  private static @Nullable Entry entry(String... args) {
    Entry found = null;
    for (var entry : ENTRIES) {
      if (entry.begins(args)
          && (entry.name().equals(args[0])
              || (args.length > 1 && entry.name().equals(args[0] + " " + args[1])))) {
        found = entry;
      }
    }
    return found;
  }

  /// Picocli's view of the commands. Reading what a command takes costs as much time as loading an
  /// object: where the first word is a command, only that one is read.
  CommandLine line(String... args) {
    var line = new CommandLine(main);
    var named =
        entry(args) == null ? ENTRIES : ENTRIES.stream().filter(e -> e.begins(args)).toList();
    for (var entry : named) {
      var parent =
          entry.name().equals(entry.first())
              ? line
              : Objects.requireNonNull(line.getSubcommands().get(entry.first()));
      parent.addSubcommand(
          entry.name().substring(entry.name().indexOf(' ') + 1),
          new CommandLine(entry.make().apply(console, main)));
    }
    line.setOut(console.out());
    line.setErr(console.err());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setHelpFactory(HelpLayout::new);
    line.setUsageHelpWidth(110);
    line.setUsageHelpAutoWidth(true);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    return line;
  }
}
