using NGram.Cli;
using NGram.Cli.Terminal;

FileSizeLimit.MakeFault();
using var streams = StandardStreams.OfProcess();
return Application.Run(args, streams);
