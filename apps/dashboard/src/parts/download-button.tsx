import { Button, type ButtonProps } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { send } from '../api/request.js';

interface Props extends ButtonProps {
  href: string;
  /** What the file is called when the server does not say. */
  filename: string;
  /** It takes a while and may be refused: the button shows the one, and the refusal is said in words. */
  isMadeOnRequest?: boolean;
  children: string;
}

/** Downloads a file: as any link does, or with patience. */
export function DownloadButton({ href, filename, isMadeOnRequest = false, children, ...button }: Props) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => download(href, filename),
    onError: (error) => notifications.show({ color: 'red', title: 'No download', message: error.message }),
  });
  const look = { variant: 'default', leftSection: <IconDownload size={16} aria-hidden />, ...button };
  if (!isMadeOnRequest) {
    return (
      <Button component="a" href={href} download={filename} {...look}>
        {children}
      </Button>
    );
  }
  return (
    <Button onClick={() => mutate()} loading={isPending} {...look}>
      {children}
    </Button>
  );
}

async function download(href: string, filename: string): Promise<void> {
  const response = await send(href);
  const url = URL.createObjectURL(await response.blob());
  const anchor = Object.assign(document.createElement('a'), { href: url, download: filename });
  anchor.click();
  URL.revokeObjectURL(url);
}
