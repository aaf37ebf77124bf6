/** What a refusal says, as code and message. */
export async function refusalOf(answer: Promise<unknown>): Promise<string> {
    try {
        await answer;
        return 'none';
    } catch (error) {
        return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
}
