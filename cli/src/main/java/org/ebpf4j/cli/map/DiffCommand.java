package org.ebpf4j.cli.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import picocli.CommandLine.Command;

/// `ebpf4j map diff`.
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    header = "Show how the entries of two maps differ.",
    description = {
      "Compares a map with another, or with a file that map export wrote: - is in the first only, +"
          + " in the second, ~ in both with other values. The exit status is 1 where they differ."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j map diff 12 13", "  ebpf4j map diff counts counts.jsonl --json"})
public final class DiffCommand extends EntryCommand {
  public DiffCommand(Console console) {
    super(console);
  }

  @Override
  int run(Content content, List<String> rest) throws IOException {
    content.checkReadable();
    if (rest.isEmpty() || rest.size() > chosenBy(rest)) {
      throw new UsageException("another map or one file is wanted behind the first map");
    }
    List<Changes.Change> changes;
    boolean over;
    try (var walk = Walk.of(2 * content.map().maxEntries())) {
      var first = Changes.entries(content, walk);
      var second = other(content, rest, walk);
      over = walk.isOver();
      // Of maps that were read half, nothing can be said.
      changes = over ? List.of() : Changes.between(first, second);
    }
    var form = new Changes(content);
    if (isJson()) {
      var list = jsonList();
      changes.forEach(change -> list.add(form.json(change)));
      list.end();
    } else {
      changes.forEach(change -> console().out().println(form.line(change)));
    }
    return over ? ExitStatus.INTERRUPTED : changes.isEmpty() ? 0 : 1;
  }

  private static Map<ByteBuffer, byte[]> other(Content content, List<String> words, Walk walk)
      throws IOException {
    var file = Path.of(words.getLast());
    if (Files.isRegularFile(file) && !file.toAbsolutePath().startsWith("/sys")) {
      var entries = new LinkedHashMap<ByteBuffer, byte[]>();
      new EntryFile(content, false)
          .read(file, ExportMapCommand.isTable("", file.toString()), walk)
          .forEach(entry -> entries.put(ByteBuffer.wrap(entry.key()), entry.value()));
      return entries;
    }
    try (var kernel = LinuxKernel.open();
        var map = kernel.openMap(Choice.map(kernel, words))) {
      if (map.keySize() != content.map().keySize()
          || map.valueSize() != content.map().valueSize()) {
        throw new BpfException(
            content.what()
                + " and "
                + Content.of(map, true).what()
                + " have keys or values of other sizes");
      }
      return Changes.entries(Content.of(map, true), walk);
    }
  }
}
