package org.ebpf4j.cli.map;

import java.util.List;
import org.ebpf4j.btf.text.ByteText;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.error.NotFoundException;
import picocli.CommandLine.Command;

/// `ebpf4j map get`.
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    header = "Show an entry of a map.",
    description = "Prints the entry of a key. Where there is none, the exit status is 3.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map get 12 pid=7",
      "  ebpf4j map get counts 7 --json",
      "  ebpf4j map get 12 key hex 07 00 00 00"
    })
public final class GetCommand extends EntryCommand {
  public GetCommand(Console console) {
    super(console);
  }

  @Override
  int run(Content content, List<String> rest) {
    content.checkKeys();
    var key = EntryWords.read(content, rest).key();
    var value =
        content
            .map()
            .lookup(key)
            .orElseThrow(() ->
                NotFoundException.ofPath(
                    content.what()
                        + " has no entry "
                        + content.keyText(key)
                        + "\n  try: ebpf4j map dump, which lists the keys",
                    "key"));
    if (isJson()) {
      var text = new ByteText();
      content.json(key, value, text);
      console().out().println(text);
    } else {
      console().out().println(content.line(key, value));
    }
    return 0;
  }
}
